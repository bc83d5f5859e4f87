import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/**
 * @typedef {{ to: string, names: readonly string[], kind: "value" | "type" | "late" }} Import
 * @typedef {{ file: string, text: string, imports: readonly Import[], packages: readonly string[] }} Module
 */

/** What each layer may import besides itself and what is below; the two faces never import each other. */
/** @type {Record<string, readonly string[]>} */
const MAY_IMPORT = {
  domain: [],
  git: ["domain"],
  ledger: ["domain", "git"],
  signals: ["domain"],
  documents: ["domain"],
  webview: ["domain", "documents"],
  app: ["domain", "git", "ledger", "signals", "documents"],
  editor: ["domain", "git", "ledger", "signals", "documents", "app"],
  terminal: ["domain", "git", "ledger", "signals", "documents", "app"],
  "extension.ts": ["editor"],
  "cli.ts": ["terminal"],
};

/** Who alone may import a package, or a builtin module of Node in the domain's case nobody. */
/** @type {Record<string, string>} */
const ONLY = { vscode: "editor", "simple-git": "git" };

/**
 * The modules below src/ with what each imports, types included: an import of a type is gone from the bundle, and says
 * as much about the direction. Read from the text, which the formatter keeps in one form.
 * @param {string} root The folder of package.json.
 * @returns {Map<string, Module>} By path from the root, with forward slashes.
 */
export function readModules(root) {
  const files = sourcesBelow(root, "src");
  return new Map(
    files.sort().map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [file, { file, text, ...importsOf(file, text) }];
    }),
  );
}

// The package is built on any Node that runs it, and the older ones have no glob.
/** @type {(root: string, folder: string) => string[]} */
const sourcesBelow = (root, folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? sourcesBelow(root, path) : path.endsWith(".ts") ? [path] : [];
  });

const STATIC = /^(?:import|export) (type )?([^;"]*?)(?: from )?"([^"]+)";$/gm;
const LATE = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** @type {(file: string, text: string) => Pick<Module, "imports" | "packages">} */
export function importsOf(file, text) {
  /** @type {Import[]} */
  const imports = [];
  /** @type {string[]} */
  const packages = [];
  /** @type {(spec: string, kind: Import["kind"], names: readonly string[]) => void} */
  const add = (spec, kind, names) => {
    if (!spec.startsWith(".")) packages.push(spec);
    else if (spec.endsWith(".ts")) imports.push({ to: posix.join(dirname(file), spec), names, kind });
  };
  for (const [, type, clause = "", spec = ""] of text.matchAll(STATIC)) {
    const names = [...clause.matchAll(/(?:[{,]|^)\s*(type )?(\w+)/g)].map(([, own, name = ""]) => ({ own, name }));
    const isType = type !== undefined || (names.length > 0 && names.every(({ own }) => own));
    add(spec, isType ? "type" : "value", names.map(({ name }) => name));
  }
  for (const [whole, spec = ""] of text.matchAll(LATE)) {
    const isType = new RegExp(`typeof ${whole.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`).test(text);
    add(spec, isType ? "type" : "late", []);
  }
  return { imports, packages };
}

/**
 * Fails where an import goes in another direction than the layers do.
 * @param {ReadonlyMap<string, Module>} modules
 * @throws {Error} with a line for each of them.
 */
export function checkDirections(modules) {
  const wrong = [...modules.values()].flatMap(({ file, imports, packages }) => {
    const layer = layerOf(file);
    const allowed = MAY_IMPORT[layer];
    if (!allowed) return [`${file} is in no layer; the layers are ${Object.keys(MAY_IMPORT).join(", ")}.`];
    return [
      ...imports
        .map(({ to }) => ({ to, other: layerOf(to) }))
        .filter(({ other }) => other !== layer && !allowed.includes(other))
        .map(({ to }) => `${file} imports ${to}; ${layer} may import only ${[layer, ...allowed].join(", ")}.`),
      ...packages
        .filter((name) => (ONLY[name] ?? layer) !== layer && !(name === "vscode" && layer === "extension.ts"))
        .map((name) => `${file} imports ${name}; only ${ONLY[name]} may.`),
      ...packages
        .filter((name) => layer === "domain" && name.startsWith("node:"))
        .map((name) => `${file} imports ${name}; domain is pure: no files, no processes, no clock of its own.`),
    ];
  });
  if (wrong.length > 0) throw new Error(`Imports against the direction of the layers:\n${wrong.join("\n")}`);
}

/** `domain`, `git` …; for what lies in src/ itself the name of the file. */
/** @type {(file: string) => string} */
export const layerOf = (file) => file.split("/")[1] ?? "";
