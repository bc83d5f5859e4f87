import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

// Before npm packs: the package is the built command line, and a fresh clone has nothing to build it with.
// npm's own answer goes to stdout (`npm pack --json`), so whatever is said here goes to stderr.
/** @type {(args: string[]) => void} */
const run = (args) => {
  execFileSync(process.execPath, args, { cwd: join(import.meta.dirname, ".."), stdio: ["ignore", 2, 2] });
};

if (!isInstalled()) {
  const { npm_execpath: npm } = process.env;
  if (npm === undefined) throw new Error("What the build needs is not installed; run: npm ci");
  // What npm was asked for beside, such as a dry run, is about the package.
  run([npm, "ci", "--ignore-scripts", "--include=dev", "--no-dry-run", "--no-global"]);
}
run(["esbuild.mjs", "npm"]);

function isInstalled() {
  try {
    createRequire(import.meta.url).resolve("esbuild");
    return true;
  } catch {
    return false;
  }
}
