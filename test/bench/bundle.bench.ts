import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inProject } from "../support/folders/projectRoot.ts";
import { packageExtension } from "../support/package/packageExtension.ts";
import { median } from "./measure.ts";

/** A figure against its budget, both in the same unit. */
export interface Budget {
  name: string;
  value: number;
  budget: number;
  unit: "KB" | "ms" | "count";
}

const ROUNDS = 15;

/** Milliseconds that a fresh process takes to require a bundle; `vscode` is an empty module. */
function requireMs(file: string): number {
  const script = `
    const Module = require("node:module");
    const load = Module._load;
    Module._load = (id, ...rest) => (id === "vscode" ? new Proxy({}, { get: () => class {} }) : load(id, ...rest));
    // The host's loader is warm by then.
    require(${JSON.stringify(inProject("test/package.json"))});
    const start = performance.now();
    require(${JSON.stringify(inProject(file))});
    process.stdout.write(String(performance.now() - start));`;
  const runs = Array.from({ length: ROUNDS }, () => Number(execFileSync(process.execPath, ["-e", script])));
  return median(runs);
}

async function nothing(): Promise<string> {
  const path = join("out", "bench", "nothing.js");
  await mkdir(inProject("out/bench"), { recursive: true });
  await writeFile(inProject(path), "");
  return path;
}

const sizeKb = (file: string) => statSync(file).size / 1024;

export async function bundleBench(): Promise<Budget[]> {
  const vsix = await packageExtension();
  return [
    { name: "first bundle, size", value: sizeKb(inProject("dist/extension.js")), budget: 72, unit: "KB" },
    { name: "first bundle, time to require", value: requireMs("dist/extension.js"), budget: 5, unit: "ms" },
    {
      name: "that of a file with nothing in it, for comparison",
      value: requireMs(await nothing()),
      budget: Number.NaN,
      unit: "ms",
    },
    { name: "packaged extension", value: sizeKb(vsix), budget: 600, unit: "KB" },
  ];
}
