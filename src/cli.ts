import { version } from "../package.json";
import { main } from "./terminal/main.ts";
import { paintFor } from "./terminal/text/paint.ts";

const { stdout, stderr, env } = process;

// Whoever reads may stop early (`| head`); that is no error.
stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") return;
  stderr.write(`dropclock: The answer cannot be written (${code}).\n`);
  process.exit(3);
});
stderr.on("error", () => {});

const terminal = stdout.isTTY === true;
main({
  argv: process.argv.slice(2),
  directory: () => process.cwd(),
  version,
  page: { width: stdout.columns || 80, terminal, paint: paintFor(terminal, env) },
  write: (text) => stdout.write(text),
  complain: (text) => stderr.write(text),
  debug: env.DROPCLOCK_DEBUG === "1",
}).then((status) => {
  process.exitCode = status;
});
