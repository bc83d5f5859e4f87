import { version } from "../package.json";

const { runHere } = require("./terminal.js") as typeof import("./terminal/process.ts");

void runHere(version);
