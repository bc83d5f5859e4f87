import { createInterface } from "node:readline/promises";
import { inertText } from "./call/output.ts";

/**
 * Asks a person at a terminal to say yes. On stderr, for stdout is the answer's. Where nobody can be asked, it is no.
 * @param shown What the question is about.
 */
export async function confirmed(shown: () => string): Promise<boolean> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return false;
  stderr.write(`${inertText(shown(), false)}\n\n`);
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question("Send it? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}
