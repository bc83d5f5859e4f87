import * as nodeModule from "node:module";
import { join } from "node:path";
import { engines, version } from "../package.json";
import { userCache } from "./terminal/call/userCache.ts";

// An older Node could not even read the rest, so it is told here, in words that it knows.
const oldest = parseInt(engines.node.replace(/\D+/, ""), 10);
if (parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `dropclock: Node ${process.versions.node} is too old; install Node ${oldest} or newer (https://nodejs.org).\n`,
  );
  process.exitCode = 3;
} else if (process.argv.length === 3 && process.argv[2] === "--version") {
  process.stdout.write(`${version}\n`);
} else {
  const cache = userCache(process.env);
  // Node 20 has none, and whoever has set NODE_COMPILE_CACHE has one already.
  if (cache !== null) nodeModule.enableCompileCache?.(join(cache, "compiled"));
  const { runHere } = require("./terminal.js") as typeof import("./terminal/process.ts");
  void runHere(version, cache);
}
