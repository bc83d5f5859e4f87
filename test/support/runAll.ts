import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import type { TestCounts } from "./countingReporter.ts";
import { runNpm } from "./npm.ts";
import { inOut } from "./projectRoot.ts";

// npm test. Every step runs even after one has failed; the last line says how many tests passed and failed.
const checks = ["lint", "types"];
const suites = ["test:unit", "attack", "test:host", "attack:host", "test:workbench"];

const total: TestCounts = { passed: 0, failed: 0, pending: 0 };
const broken: string[] = [];

for (const script of checks) {
  const { code } = await run(script);
  if (code !== 0) addBroken(script);
}
for (const script of suites) {
  const results = inOut("results", `${script.replace(":", "-")}.json`);
  await rm(results, { force: true });
  const { code } = await run(script, results);
  const counts = existsSync(results)
    ? (JSON.parse(await readFile(results, "utf8")) as TestCounts)
    : undefined;
  total.passed += counts?.passed ?? 0;
  total.failed += counts?.failed ?? 0;
  total.pending += counts?.pending ?? 0;
  const ranSome = counts !== undefined && counts.passed + counts.failed > 0;
  if (!ranSome || (code !== 0 && counts.failed === 0)) addBroken(script);
}

if (total.pending > 0) console.log(`${total.pending} pending`);
if (broken.length > 0) console.log(`Failed as a whole: ${broken.join(", ")}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

function run(script: string, results?: string): Promise<{ code: number }> {
  console.log(`\n── npm run ${script}`);
  const env = { ...process.env, ...(results === undefined ? {} : { DROPCLOCK_TEST_RESULTS: results }) };
  return runNpm(["run", "--silent", script], { output: "inherit", env });
}

/** A step that failed without a failed test of its own counts as one, so that nothing hides behind "0 failed". */
function addBroken(script: string): void {
  broken.push(script);
  total.failed += 1;
}
