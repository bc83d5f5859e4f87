import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { asScript, isPart } from "./.build/commonJs.mjs";
import { withoutExplanations } from "./.build/explanations.mjs";
import { checkDirections, readModules } from "./.build/imports.mjs";
import { noticesFor } from "./.build/notices.mjs";

const KB = 1024;

/** Runs the command line; the editor's own Node is newer. */
const TARGET = "node20";

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  platform: "node",
  target: TARGET,
  minify: true,
  charset: "utf8",
  logLevel: "warning",
  write: false,
  metafile: true,
  define: { "import.meta.dirname": "__dirname" },
  external: ["vscode"],
  plugins: [withoutExplanations],
  alias: {
    // Written as modules it packs into a third less; what differs is how it would warn.
    yaml: "./node_modules/yaml/browser/index.js",
    entities: "./.build/blocksOnly.mjs",
    "linkify-it": "./.build/blocksOnly.mjs",
    mdurl: "./.build/blocksOnly.mjs",
    "punycode.js": "./.build/blocksOnly.mjs",
    "uc.micro": "./.build/blocksOnly.mjs",
    debug: "./.build/noDebug.cjs",
  },
};

/**
 * What the editor loads first and what tells Node where the command line is: one small file each.
 * @type {import("esbuild").BuildOptions}
 */
const thin = { ...common, format: "cjs", external: ["vscode", "./editor.js", "./terminal.js"] };

/**
 * The two faces; whatever they share, and whatever is imported when it is needed, goes into files of its own.
 * @type {import("esbuild").BuildOptions}
 */
const faces = { ...common, format: "esm", splitting: true, chunkNames: "parts/[hash]" };

const EXTENSION = { ...thin, entryPoints: { extension: "src/extension.ts" } };
const COMMAND_LINE = { ...thin, entryPoints: { cli: "src/cli.ts" }, banner: { js: "#!/usr/bin/env node" } };
/**
 * What runs inside the pages of the editor: one script and one style, in the browser's own words.
 * @type {import("esbuild").BuildOptions}
 */
const PAGES = {
  ...common,
  format: "iife",
  platform: "browser",
  target: ["chrome128", "firefox128", "safari17"],
  entryPoints: { page: "src/webview/main.ts", "page-style": "src/webview/page.css" },
};

const EDITOR = { editor: "src/editor/start.ts" };
const TERMINAL = { terminal: "src/terminal/process.ts" };

/**
 * What each package is made of: the extension brings the command line along, the npm package is the command line alone.
 * @type {Record<"extension" | "npm", readonly import("esbuild").BuildOptions[]>}
 */
const BUILDS = {
  extension: [EXTENSION, COMMAND_LINE, PAGES, { ...faces, entryPoints: { ...EDITOR, ...TERMINAL } }],
  npm: [COMMAND_LINE, { ...faces, entryPoints: TERMINAL }],
};

/**
 * Bytes that an entry may load before anything is asked of it: its own file and all that it imports at once.
 * @type {Record<string, number>}
 */
const BUDGETS = {
  "src/extension.ts": 72 * KB,
  "src/cli.ts": 16 * KB,
  "src/editor/start.ts": 32 * KB,
  // Until the first countdown is on view.
  "src/editor/core.ts": 340 * KB,
  "src/terminal/process.ts": 40 * KB,
  // Before a command is known.
  "src/terminal/main.ts": 240 * KB,
  "src/webview/main.ts": 40 * KB,
};

/**
 * Builds everything that runs into a folder, with the licences of what is bundled.
 * @param {string} root
 * @param {string} outdir
 * @param {keyof typeof BUILDS} target
 * @throws when an import goes against the direction of the layers, an entry has grown past its budget, or a bundled package has no licence text.
 */
export async function buildAll(root, outdir, target = "extension") {
  checkDirections(readModules(root));
  /** @type {import("esbuild").Metafile[]} */
  const metafiles = [];
  for (const options of BUILDS[target]) {
    const { outputFiles, metafile } = await build({ ...options, absWorkingDir: root, outdir });
    checkBudgets(metafile);
    metafiles.push(metafile);
    if (options.format !== "esm") await Promise.all(outputFiles.map(({ path, text }) => write(path, text)));
    else await writeFaces(outputFiles, metafile, root, outdir);
  }
  await writeFile(join(outdir, "ThirdPartyNotices.txt"), await noticesFor(metafiles, root));
}

/** @type {(path: string, text: string) => Promise<void>} */
async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Below this many bytes a part that is loaded for its own sake shares a file with others. */
const SMALL = 12 * KB;

/**
 * The file that each part goes into. Two hundred small files cost more than what is in them; those that are always
 * loaded together share one, and no file of the command line's holds what only the editor needs.
 * @type {(metafile: import("esbuild").Metafile, root: string) => Map<string, string>}
 */
function bundlesOf({ outputs }, root) {
  const find = (/** @type {string} */ entry) =>
    Object.keys(outputs).find((file) => outputs[file].entryPoint === entry);
  const [start, core, first, command] = [
    "src/editor/start.ts",
    "src/editor/core.ts",
    "src/terminal/process.ts",
    "src/terminal/main.ts",
  ].map((entry) => {
    const file = find(entry);
    return file ? loadedWith(file, outputs) : new Set();
  });
  const entry = find("src/terminal/process.ts");
  const terminal = entry ? loadedWith(entry, outputs, LATER) : new Set();
  const bundles = new Map();
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (!isPart(file)) continue;
    const bundle = bundleOf({
      start: start.has(file) || first.has(file),
      core: core.has(file),
      command: command.has(file),
      terminal: terminal.has(file),
      small: bytes < SMALL,
    });
    if (bundle) bundles.set(resolve(root, file), bundle);
  }
  return bundles;
}

/**
 * @param {Record<"start" | "core" | "command" | "terminal" | "small", boolean>} part What loads it at once; `terminal`:
 * whether the command line loads it at all.
 * @returns {string | null}
 */
function bundleOf({ start, core, command, terminal, small }) {
  if (start) return "start";
  if (core) return command ? "both" : terminal ? "shared" : "core";
  if (command) return "command";
  if (!small) return null;
  return terminal ? "few" : "views";
}

/**
 * The two faces as scripts; a part has a short number for its name, since it stands wherever the part is needed.
 * @type {(files: readonly import("esbuild").OutputFile[], metafile: import("esbuild").Metafile, root: string, outdir: string) => Promise<void>}
 */
async function writeFaces(files, metafile, root, outdir) {
  const bundles = bundlesOf(metafile, root);
  const parts = files.map(({ path }) => path).filter(isPart);
  const numbers = new Map(parts.map((path, index) => [basename(path), index]));
  const folder = join(outdir, "parts");
  /** @type {Map<string, string[]>} */
  const bodies = new Map();
  for (const { path, text } of files) {
    const bundle = bundles.get(path);
    /** @type {(file: string) => string} */
    const load = (file) => {
      const number = numbers.get(file);
      const other = bundles.get(join(dirname(parts[0] ?? ""), file));
      if (other && other === bundle) return `part(${number})`;
      const way = isPart(path) ? "./" : "./parts/";
      return other ? `require("${way}${other}.js")(${number})` : `require("${way}${number}.js")`;
    };
    const code = asScript(text, metafile.outputs[relative(root, path).replaceAll("\\", "/")].imports, load);
    const number = numbers.get(basename(path));
    if (bundle) bodies.set(bundle, [...(bodies.get(bundle) ?? []), `${number}(module){${code}}`]);
    else await write(number === undefined ? path : join(folder, `${number}.js`), `${code}\n`);
  }
  for (const [bundle, each] of bodies) await write(join(folder, `${bundle}.js`), bundled(each));
}

/**
 * Each part runs when it is asked for first, as a file of its own would.
 * @type {(bodies: readonly string[]) => string}
 */
const bundled = (bodies) =>
  `"use strict";const made={},parts={\n${bodies.join(",\n")}},part=(name)=>{let module=made[name];if(!module){made[name]=module={exports:{}};parts[name](module)}return module.exports};module.exports=part;\n`;

/** @type {(metafile: import("esbuild").Metafile) => void} */
function checkBudgets({ outputs }) {
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    const budget = BUDGETS[entryPoint ?? ""];
    if (budget === undefined) continue;
    const files = [...loadedWith(file, outputs)].map((each) => outputs[each]);
    const size = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (size <= budget) continue;
    const largest = largestParts(files).join(", ");
    throw new Error(
      `${entryPoint} loads ${size} bytes at once, and its budget is ${budget}; import() what is not always needed. The largest parts: ${largest}`,
    );
  }
}

/**
 * The packages and files of ours that weigh most.
 * @type {(files: readonly import("esbuild").Metafile["outputs"][string][]) => string[]}
 */
function largestParts(files) {
  const sizes = new Map();
  for (const [input, { bytesInOutput }] of files.flatMap(({ inputs }) => Object.entries(inputs))) {
    const part = /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? input;
    sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
  }
  const sorted = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 8);
  return sorted.map(([part, bytes]) => `${part} ${bytes}`);
}

const AT_ONCE = ["import-statement"];
const LATER = ["import-statement", "dynamic-import"];

/**
 * What comes with a file.
 * @type {(file: string, outputs: import("esbuild").Metafile["outputs"], kinds?: readonly string[], found?: Set<string>) => Set<string>}
 */
function loadedWith(file, outputs, kinds = AT_ONCE, found = new Set()) {
  found.add(file);
  for (const { path, kind } of outputs[file].imports) {
    if (kinds.includes(kind) && outputs[path] && !found.has(path)) loadedWith(path, outputs, kinds, found);
  }
  return found;
}

/**
 * Builds all that a package needs and the sources do not hold.
 * @param {string} root
 * @param {string} folder The package's: the project's own, or an empty one.
 * @param {keyof typeof BUILDS} target
 */
export async function buildPackage(root, folder, target) {
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  await buildAll(root, dist, target);
  await chmod(join(dist, "cli.js"), 0o755);
  if (target === "npm") return;
  // The command line on the integrated terminal's PATH: it runs on the editor's own Node.
  await mkdir(join(dist, "bin"));
  for (const shim of ["dropclock", "dropclock.cmd"]) {
    await cp(join(root, "src/terminal", shim), join(dist, "bin", shim));
    await chmod(join(dist, "bin", shim), 0o755);
  }
  await writeFile(join(folder, "media/policy.schema.json"), await policySchema(root));
}

/**
 * The JSON Schema of the policy. What explains its keys, and what makes a schema of them, runs here and nowhere else.
 * @type {(root: string) => Promise<string>}
 */
async function policySchema(root) {
  const entry = { entryPoints: ["src/domain/policy/schema.ts"], absWorkingDir: root, metafile: false };
  const { outputFiles } = await build({ ...common, ...entry, define: {}, format: "esm", plugins: [] });
  const { policyJsonSchema } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  return `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
}

// Tests build into a folder of their own.
if (process.argv[1] === import.meta.filename) {
  const { dirname: root } = import.meta;
  await buildPackage(root, root, process.argv[2] === "npm" ? "npm" : "extension");
}
