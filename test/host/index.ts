import { format } from "node:util";
import required from "mocha";
import { CountingReporter } from "../support/countingReporter.ts";
import { mapStack } from "./mapStack.ts";

// Of an older editor, whose Node is 22, `require` gives the module in place of the class.
const Mocha = (required as unknown as { default?: typeof required }).default ?? required;

const { DROPCLOCK_TEST_MARK: mark = "", DROPCLOCK_TEST_COLOR } = process.env;

/** What VS Code calls in its extension host; a rejection tells it that tests failed. */
export async function run(): Promise<void> {
  try {
    const failures = await runMocha();
    if (failures > 0) throw new Error(`${failures} of the tests inside the extension host failed.`);
  } catch (error) {
    console.error(mark + mapStack((error as Error).stack ?? String(error)));
    throw error;
  }
}

async function runMocha(): Promise<number> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(mark + format(...args));
  const color = DROPCLOCK_TEST_COLOR === "1";
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, color, reporter: CountingReporter });
  // Puts describe, it and the hooks in place; only then can the tests be imported.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("host-tests");
  if (mocha.suite.total() === 0) throw new Error("No test was found in test/host.");
  return new Promise((resolve) => {
    mocha.run(resolve).on("fail", (_test, error) => {
      if (error.stack !== undefined) error.stack = mapStack(error.stack);
    });
  });
}
