import { statSync } from "node:fs";
import { glob, readFile, rm } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type TestCounts, writeCounts } from "./countingReporter.ts";
import { inOut, inProject } from "./folders/projectRoot.ts";
import { useRunFolder } from "./folders/runFolder.ts";
import { packageExtension } from "./package/packageExtension.ts";
import { runProcess } from "./processes/runProcess.ts";

// npm run test:workbench [-- [--grep WORDS] [FILE…]]. Each file is a process of its own. A file in which a test failed
// is run once more when all others have ended, by itself; what passes then is flaky: it is named at the end, and a
// fault to fix. They wait for most of their time, so that more of them run at once than there are cores.

/** What one file needs: a server, an extension host and a browser. */
const BYTES_OF_ONE = 3 * 1024 ** 3;

type FileRun = { file: string; code: number; counts: TestCounts };

useRunFolder();
const {
  positionals,
  values: { grep },
} = parseArgs({ allowPositionals: true, options: { grep: { type: "string", short: "g" } } });
const files: string[] = [...positionals];
if (files.length === 0)
  for await (const path of glob("test/workbench/**/*.test.ts", { cwd: inProject() })) files.push(path);

// Packed once, for all of them.
const env = { ...process.env, DROPCLOCK_TEST_VSIX: await packageExtension() };
// The long ones first, or one of them would run alone at the end.
const sizes = new Map(files.map((file) => [file, statSync(inProject(file)).size]));
const runs = await runAtOnce(
  files.sort((a, b) => sizes.get(b)! - sizes.get(a)!),
  jobs(),
);
const total: Required<TestCounts> = { passed: 0, failed: 0, pending: 0, failures: [], flaky: [] };
for (const first of runs) {
  let run = first;
  if (hasFailed(first)) {
    console.log(`\n── once more, by itself: ${first.file}`);
    run = await runFile(first.file);
    const failedAgain = new Set(run.counts.failures);
    total.flaky.push(...(first.counts.failures ?? []).filter((title) => !failedAgain.has(title)));
    if (!hasFailed(run) && first.counts.failures?.length === 0) total.flaky.push(first.file);
  }
  add(run);
}
for (const title of total.flaky) console.log(`flaky: ${title}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.flaky.length} flaky`);
if (process.env.DROPCLOCK_TEST_RESULTS) writeCounts(process.env.DROPCLOCK_TEST_RESULTS, total);
process.exitCode = total.failed > 0 ? 1 : 0;

function jobs(): number {
  const given = Number(process.env.DROPCLOCK_TEST_JOBS);
  if (given > 0) return given;
  return Math.max(1, Math.min(3, availableParallelism() + 1, Math.floor(freemem() / BYTES_OF_ONE)));
}

/** In the order of `all`, so many at a time. */
async function runAtOnce(all: readonly string[], workers: number): Promise<FileRun[]> {
  const done: FileRun[] = [];
  const queue = [...all.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) done[next[0]] = await runFile(next[1]);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return done;
}

async function runFile(file: string): Promise<FileRun> {
  const results = inOut("results/workbench", `${basename(file)}.json`);
  await rm(results, { force: true });
  const mocha = inProject("node_modules/mocha/bin/mocha.js");
  const args = [mocha, "--config", inProject("test/workbench/.mocharc.json"), file];
  if (grep !== undefined) args.push("--grep", grep);
  const { code, stdout, stderr } = await runProcess(process.execPath, args, {
    cwd: inProject(),
    env: { ...env, DROPCLOCK_TEST_RESULTS: results },
  });
  // As a whole: two files that run at once would speak at once.
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  const counts = await readFile(results, "utf8").then(
    (text) => JSON.parse(text) as TestCounts,
    () => ({ passed: 0, failed: 0, pending: 0, failures: [] }),
  );
  return { file, code, counts };
}

/** Also where it ended before its tests did. */
function hasFailed({ code, counts }: FileRun): boolean {
  const ranNone = grep === undefined && counts.passed + counts.pending === 0;
  return code !== 0 || counts.failed > 0 || ranNone;
}

function add(run: FileRun): void {
  total.passed += run.counts.passed;
  total.pending += run.counts.pending;
  total.failures.push(...(run.counts.failures ?? []));
  // A file that failed without a failed test of its own counts as one.
  total.failed += run.counts.failed || (hasFailed(run) ? 1 : 0);
}
