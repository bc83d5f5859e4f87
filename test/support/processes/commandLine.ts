import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildAll } from "../../../esbuild.mjs";
import { freshFolder } from "../folders/freshFolder.ts";
import { projectRoot } from "../folders/projectRoot.ts";
import { useRunFolder } from "../folders/runFolder.ts";
import { isolatedEnvironment, temporaryFolder, UNFLUSHED } from "../git/temporaryRepository.ts";
import { type RunResult, runProcess } from "./runProcess.ts";

/** Names the cli.js that the tests run where one is built already. */
const BUILT = "DROPCLOCK_TEST_CLI";

let built: Promise<string> | null = null;

/** The command line, made once for a test run, as the build makes it; gives the path of cli.js. */
export function buildCommandLine(): Promise<string> {
  built ??= process.env[BUILT] ? Promise.resolve(process.env[BUILT]) : build();
  return built;
}

async function build(): Promise<string> {
  // Below the sources, for the templates are found above the bundle.
  const folder = freshFolder("cli").path;
  await buildAll(projectRoot, folder);
  return join(folder, "cli.js");
}

/** Required by a parallel run: what all of its workers need is made before they start. */
export async function mochaGlobalSetup(): Promise<void> {
  useRunFolder();
  const cli = await buildCommandLine();
  process.env[BUILT] = cli;
  process.env.NODE_COMPILE_CACHE ??= join(dirname(cli), "compiled");
}

/** Node for the command line: DROPCLOCK_TEST_NODE where an older one is to be tried. */
const NODE = process.env.DROPCLOCK_TEST_NODE ?? process.execPath;

/**
 * Runs the command line in a folder, with nothing of this machine's own git configuration, zone or colours. As in a shell
 * `DROPCLOCK_CLOCK=…` among the arguments is no argument, but stands for the machine's clock.
 */
export async function runCommandLine(
  directory: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunResult> {
  const cli = await buildCommandLine();
  if (home === null || !existsSync(home)) {
    home = temporaryFolder();
    writeFileSync(join(home, "gitconfig"), UNFLUSHED);
  }
  const { NO_COLOR: _, FORCE_COLOR: __, DROPCLOCK_DEBUG: ___, ...inherited } = isolatedEnvironment(home);
  const isClock = (arg: string) => arg.startsWith(CLOCK);
  const clock = args.find(isClock)?.slice(CLOCK.length);
  return runProcess(NODE, [cli, ...args.filter((arg) => !isClock(arg))], {
    cwd: directory,
    // It runs a thousand times in one test run; what is kept is only how it was compiled.
    env: {
      ...inherited,
      TZ: "UTC",
      NODE_COMPILE_CACHE: join(dirname(cli), "compiled"),
      ...(clock ? { DROPCLOCK_CLOCK: clock } : {}),
      ...environment,
    },
  });
}

const CLOCK = "DROPCLOCK_CLOCK=";
let home: string | null = null;
