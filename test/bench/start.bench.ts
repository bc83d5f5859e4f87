import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { inProject } from "../support/folders/projectRoot.ts";
import { isolatedEnvironment, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { oldestNodeVersion } from "../support/install/oldestNode.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";
import { type Comparison, compare } from "./measure.ts";

/**
 * How long the built command line takes to answer, from nothing to the end of its process, as often as people ask it:
 * the second time and later. An empty program on the same Node is the floor. What `status` takes beyond it is half git,
 * started five times side by side before the program is loaded, and half evaluating what is loaded.
 */
export async function startBench(): Promise<Comparison[]> {
  execFileSync(process.execPath, [inProject("esbuild.mjs")], { cwd: inProject(), stdio: "inherit" });
  const home = temporaryFolder("dropclock-bench");
  const { dir } = await makeSampleRepository(join(home, "checkout"), new Date());
  const { NODE_COMPILE_CACHE: _, ...env } = isolatedEnvironment(home);
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: dir, env });
    // 1: something in the sample is overdue.
    if (status !== 0 && status !== 1) throw new Error(`${args.join(" ")}: ${stderr}`);
  };
  const cli = inProject("dist/cli.js");
  const floor = {
    name: `node -e 0 (${process.version}; the oldest is ${oldestNodeVersion()})`,
    work: () => run("-e", "0"),
  };
  return [
    await compare("dropclock --version", () => run(cli, "--version"), floor, { rounds: 15, goal: 1.6 }),
    await compare("dropclock status, on the sample", () => run(cli, "status"), floor, {
      rounds: 15,
      goal: 2.5,
    }),
  ];
}
