import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type BuildOptions, build, type Metafile, transform } from "esbuild";

const KB = 1024;

/** Runs the command line; the editor's own Node is newer. */
const TARGET = "node20";

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  target: TARGET,
  minify: true,
  logLevel: "warning",
  write: false,
  metafile: true,
  define: { "import.meta.dirname": "__dirname" },
  external: ["vscode"],
};

/** What the editor loads first and what tells Node where the command line is: one small file each. */
const thin: BuildOptions = { ...common, format: "cjs", external: ["vscode", "./editor.js", "./terminal.js"] };

/** The two faces; whatever they share, and whatever is imported when it is needed, goes into files of its own. */
const faces: BuildOptions = { ...common, format: "esm", splitting: true, chunkNames: "parts/[name]-[hash]" };

const BUILDS: readonly BuildOptions[] = [
  { ...thin, entryPoints: { extension: "src/extension.ts" } },
  { ...thin, entryPoints: { cli: "src/cli.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...faces, entryPoints: { editor: "src/editor/start.ts", terminal: "src/terminal/process.ts" } },
];

/** Bytes that an entry may load before anything is asked of it: its own file and all that it imports at once. */
const BUDGETS: Record<string, number> = {
  "src/extension.ts": 72 * KB,
  "src/cli.ts": 16 * KB,
  "src/editor/start.ts": 32 * KB,
  // Until the first countdown is on view.
  "src/editor/core.ts": 300 * KB,
  "src/terminal/process.ts": 240 * KB,
};

/**
 * Builds everything that runs into a folder.
 * @throws when an entry has grown past its budget.
 */
export async function buildAll(root: string, outdir: string): Promise<void> {
  for (const options of BUILDS) {
    const { outputFiles, metafile } = await build({ ...options, absWorkingDir: root, outdir });
    checkBudgets(metafile!);
    await Promise.all(outputFiles!.map(({ path, text }) => write(path, options, text)));
  }
}

async function write(path: string, { format }: BuildOptions, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, format === "esm" ? await asCommonJs(text) : text);
}

// Only modules can be split; and only what is required can be loaded by every editor and Node that we support.
async function asCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: TARGET,
    minify: true,
    supported: { "dynamic-import": false },
  });
  return code;
}

function checkBudgets({ outputs }: Metafile): void {
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    const budget = BUDGETS[entryPoint ?? ""];
    if (budget === undefined) continue;
    const files = [...loadedWith(file, outputs)].map((each) => outputs[each]!);
    const size = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (size <= budget) continue;
    const largest = largestParts(files).join(", ");
    throw new Error(
      `${entryPoint} loads ${size} bytes at once, and its budget is ${budget}; import() what is not always needed. The largest parts: ${largest}`,
    );
  }
}

/** The packages and files of ours that weigh most. */
function largestParts(files: readonly Metafile["outputs"][string][]): string[] {
  const sizes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of files.flatMap(({ inputs }) => Object.entries(inputs))) {
    const part = /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? input;
    sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
  }
  const sorted = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 8);
  return sorted.map(([part, bytes]) => `${part} ${bytes}`);
}

function loadedWith(file: string, outputs: Metafile["outputs"], found = new Set<string>()): Set<string> {
  found.add(file);
  for (const { path, kind } of outputs[file]!.imports) {
    if (kind === "import-statement" && outputs[path] && !found.has(path)) loadedWith(path, outputs, found);
  }
  return found;
}
