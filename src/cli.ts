import { engines, version } from "../package.json";

// An older Node could not even read the rest, so it is told here, in words that it knows.
const oldest = parseInt(engines.node.replace(/\D+/, ""), 10);
if (parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `dropclock: Node ${process.versions.node} is too old; install Node ${oldest} or newer (https://nodejs.org).\n`,
  );
  process.exitCode = 3;
} else {
  const { runHere } = require("./terminal.js") as typeof import("./terminal/process.ts");
  void runHere(version);
}
