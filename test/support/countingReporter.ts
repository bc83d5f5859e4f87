import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Mocha from "mocha";

export type TestCounts = {
  passed: number;
  failed: number;
  pending: number;
  /** The full titles of those that failed. */
  failures?: string[];
  /** The full titles of those that failed and passed when they were run once more. */
  flaky?: string[];
};

/** Mocha's own report; the counts also go to the file that DROPCLOCK_TEST_RESULTS names, to be summed over suites. */
export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.DROPCLOCK_TEST_RESULTS;
    if (file === undefined) return;
    runner.on("end", () => {
      writeCounts(file, {
        passed: this.stats.passes,
        failed: this.stats.failures,
        pending: this.stats.pending,
        failures: this.failures.map((test) => test.fullTitle()),
      });
    });
  }
}

export function writeCounts(file: string, counts: TestCounts): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(counts));
}

// Mocha loads a reporter by its path and expects the class itself.
export { CountingReporter as "module.exports" };
