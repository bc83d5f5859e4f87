import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startVscodeHost } from "../support/editor/vscodeHost.ts";
import { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { isolatedEnvironment } from "../support/git/isolatedEnvironment.ts";
import { launchBrowser } from "../support/install/browser.ts";
import { packageExtension } from "../support/package/packageExtension.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";
import type { Budget } from "./bundle.bench.ts";
import { median } from "./measure.ts";
import { packSmallExtension } from "./packFolder.ts";

const WINDOWS = 7;

/** Milliseconds that one extension took to activate in a window: load and both halves of its activation. */
export type Activations = Map<string, number>;

/**
 * Reads "Extension Activation Stats" of the Startup Performance editor: a table whose columns are extension, eager,
 * load code, call activate, finish activate, event, by.
 */
export function readActivations(text: string): Activations {
  const [, table = ""] = text.split("## Extension Activation Stats");
  const activations: Activations = new Map();
  for (const line of table.split("\n## ")[0]!.split("\n")) {
    const [, name, , ...cells] = line.split("|").map((cell) => cell.trim());
    const times = cells.slice(0, 3).map(Number);
    if (name && times.length === 3 && times.every(Number.isFinite)) {
      activations.set(
        name,
        times.reduce((sum, ms) => sum + ms),
      );
    }
  }
  return activations;
}

/** Activation beside an empty extension in the same windows, and the time until the countdown is on view. */
export async function activationBench(): Promise<Budget[]> {
  const folder = freshFolder("bench");
  const dir = join(folder.path, "checkout");
  await makeSampleRepository(dir, new Date());
  const empty = await packSmallExtension(folder.path, {
    name: "empty",
    activationEvents: ["onStartupFinished"],
    code: "exports.activate = () => {};",
  });
  const result = join(folder.path, "ready");
  const probe = await packSmallExtension(folder.path, {
    name: "probe",
    activationEvents: ["onStartupFinished"],
    code: `exports.activate = async () => {
      const extension = require("vscode").extensions.getExtension("dropclock.dropclock");
      const { ready } = await extension.activate();
      const ms = await ready;
      require("node:fs").writeFileSync(${JSON.stringify(result)}, String(ms));
    };`,
  });

  const excess: number[] = [];
  const builtInGit: number[] = [];
  await inWindows(dir, [empty, await packageExtension()], async (workbench) => {
    const text = await startupPerformance(workbench);
    const times = readActivations(text);
    const floor = times.get("bench.empty")!;
    excess.push(times.get("dropclock.dropclock")! - floor);
    builtInGit.push(times.get("vscode.git")! - floor);
  });
  const ready: number[] = [];
  await inWindows(dir, [probe, await packageExtension()], async () => {
    ready.push(Number(await eventually(() => readFile(result, "utf8"), 30_000)));
    await rm(result);
  });
  folder.remove();
  return [
    { name: "activation, over an empty extension", value: median(excess), budget: 4, unit: "ms" },
    {
      name: "the built-in git extension's, for comparison",
      value: median(builtInGit),
      budget: Number.NaN,
      unit: "ms",
    },
    { name: "from activation to a true countdown", value: median(ready), budget: 300, unit: "ms" },
  ];
}

async function startupPerformance(workbench: Workbench): Promise<string> {
  await workbench.activityBar.waitFor("Dropclock");
  await workbench.runCommand("Developer: Startup Performance");
  await workbench.editors.waitForTab("Startup Performance");
  return eventually(async () => {
    const text = await workbench.editors.text();
    const times = readActivations(text);
    for (const name of ["bench.empty", "dropclock.dropclock", "vscode.git"]) {
      if (!times.has(name)) throw new Error(`${name} is not among: ${[...times.keys()].join(", ")}`);
    }
    return text;
  }, 30_000);
}

/** Opens a folder again and again in a VS Code that has these extensions. */
async function inWindows(path: string, vsixes: string[], visit: (workbench: Workbench) => Promise<void>) {
  const data = freshFolder("bench-data");
  const browser = await launchBrowser();
  try {
    for (const vsix of vsixes.slice(0, -1)) {
      await (await startVscodeHost({ dataDir: data.path, vsix, env: isolatedEnvironment })).stop();
    }
    const host = await startVscodeHost({
      dataDir: data.path,
      vsix: vsixes.at(-1)!,
      env: isolatedEnvironment,
    });
    try {
      const context = await browser.newContext();
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      for (let i = 0; i < WINDOWS; i++) {
        const workbench = await Workbench.open(path, { host, context, container: "Dropclock" });
        await visit(workbench);
        await workbench.closeWindow();
      }
    } finally {
      await host.stop();
    }
  } finally {
    await browser.close();
    data.remove();
  }
}
