import { version } from "../package.json";

const { terminal } = require("./core.js") as typeof import("./core.ts");

terminal().then(({ runHere }) => runHere(version));
