import { existsSync, readFileSync } from "node:fs";
import { inCache, inProject } from "../folders/projectRoot.ts";
import { runNpm } from "./npm.ts";

/** The version that `engines.node` names as the oldest. */
export function oldestNodeVersion(): string {
  const { engines } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
  const [version] = /\d+\.\d+\.\d+/.exec(engines.node) ?? [];
  if (version === undefined) throw new Error(`engines.node names no version: ${engines.node}`);
  return version;
}

/** The oldest Node that people may have, fetched once; gives its program. */
async function installOldestNode(): Promise<string> {
  const version = oldestNodeVersion();
  const folder = inCache(`node-${version}`);
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${system}-${process.arch}`;
  const program = inCache(
    `node-${version}`,
    "node_modules",
    name,
    "bin",
    system === "win" ? "node.exe" : "node",
  );
  if (existsSync(program)) return program;
  const flags = ["--prefix", folder, "--no-save", "--no-package-lock", "--no-audit", "--no-fund"];
  const { code, stderr } = await runNpm(["install", ...flags, `${name}@${version}`]);
  if (code === 0 && existsSync(program)) return program;
  throw new Error(`Node ${version} could not be fetched: ${stderr.trim()}`);
}

// Continuous integration starts the command line with it: DROPCLOCK_TEST_NODE=$(node test/support/install/oldestNode.ts).
if (import.meta.main ?? process.argv[1] === import.meta.filename) console.log(await installOldestNode());
