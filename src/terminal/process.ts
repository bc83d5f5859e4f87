import { main } from "./main.ts";
import { paintFor } from "./text/paint.ts";

/** Runs the command line that this process was started with; its exit status is set when all is said. */
export async function runHere(version: string): Promise<void> {
  const { stdout, stderr, env } = process;
  // Whoever reads may stop early (`| head`); that is no error.
  stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    stderr.write(`dropclock: The answer cannot be written (${code}).\n`);
    process.exit(3);
  });
  stderr.on("error", () => {});
  const terminal = stdout.isTTY === true;
  process.exitCode = await main({
    argv: process.argv.slice(2),
    directory: () => process.cwd(),
    version,
    page: { width: stdout.columns || 80, terminal, paint: paintFor(terminal, env) },
    write: (text) => stdout.write(text),
    complain: (text) => stderr.write(text),
    debug: env.DROPCLOCK_DEBUG === "1",
  });
}
