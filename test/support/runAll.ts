import { readFile, rm } from "node:fs/promises";
import type { TestCounts } from "./countingReporter.ts";
import { inOut } from "./folders/projectRoot.ts";
import { makeRunFolder } from "./folders/runFolder.ts";
import { runNpm } from "./install/npm.ts";

// npm test. Every step runs even after one has failed; the last line says how many tests passed and failed.

const total = { passed: 0, failed: 0, pending: 0 };
const flaky: string[] = [];
const broken: string[] = [];
const times: string[] = [];
const folder = makeRunFolder();

for (const script of ["lint", "types"]) {
  const { code } = await run(script);
  if (code !== 0) addBroken(script);
}
// Those that drive a VS Code wait for most of their time, and each of them builds the extension first; the others compute.
await Promise.all([
  inTurn(["test:unit", "attack"], "inherit"),
  inTurn(["test:host", "attack:host", "test:workbench"], "collect"),
]);

const complaint = folder.complaint();
if (complaint !== null) {
  console.log(`\n${complaint}`);
  addBroken("temporary folder");
}
folder.remove();

console.log(`\n${times.join(", ")}`);
if (total.pending > 0) console.log(`${total.pending} pending`);
if (broken.length > 0) console.log(`Failed as a whole: ${broken.join(", ")}`);
for (const title of flaky) console.log(`flaky: ${title}`);
if (flaky.length > 0) console.log(`${flaky.length} flaky`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param output "collect" prints a suite's output as a whole once it has ended. */
async function inTurn(scripts: readonly string[], output: "inherit" | "collect"): Promise<void> {
  for (const script of scripts) await suite(script, output);
}

async function suite(script: string, output: "inherit" | "collect"): Promise<void> {
  const results = inOut("results", `${script.replace(":", "-")}.json`);
  await rm(results, { force: true });
  const { code } = await run(script, { results, output });
  const counts = await readFile(results, "utf8").then(
    (text) => JSON.parse(text) as TestCounts,
    () => undefined,
  );
  total.passed += counts?.passed ?? 0;
  total.failed += counts?.failed ?? 0;
  total.pending += counts?.pending ?? 0;
  flaky.push(...(counts?.flaky ?? []));
  const ranSome = counts !== undefined && counts.passed + counts.failed > 0;
  if (!ranSome || (code !== 0 && counts.failed === 0)) addBroken(script);
}

type RunScript = { results?: string; output?: "inherit" | "collect" };

async function run(
  script: string,
  { results, output = "inherit" }: RunScript = {},
): Promise<{ code: number }> {
  if (output === "inherit") console.log(`\n── npm run ${script}`);
  const env = { ...process.env, ...folder.environment };
  if (results !== undefined) env.DROPCLOCK_TEST_RESULTS = results;
  const start = Date.now();
  const { code, stdout, stderr } = await runNpm(["run", "--silent", script], { output, env });
  if (output === "collect") process.stdout.write(`\n── npm run ${script}\n${stdout}${stderr}`);
  times.push(`${script} ${Math.round((Date.now() - start) / 1000)} s`);
  return { code };
}

/** A step that failed without a failed test of its own counts as one, so that nothing hides behind "0 failed". */
function addBroken(script: string): void {
  broken.push(script);
  total.failed += 1;
}
