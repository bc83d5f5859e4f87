import { format } from "node:util";
import Mocha from "mocha";
import { CountingReporter } from "../support/countingReporter.ts";

/** What VS Code calls in its extension host; a rejection tells it that tests failed. */
export async function run(): Promise<void> {
  const mark = process.env.DROPCLOCK_TEST_MARK ?? "";
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(mark + format(...args));
  const mocha = new Mocha({ ui: "bdd", timeout: 20_000, color: true, reporter: CountingReporter });
  // Puts describe, it and the hooks in place; only then can the tests be imported.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("host-tests");
  if (mocha.suite.total() === 0) throw new Error("No test was found in test/host.");
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} of the tests inside the extension host failed.`);
}
