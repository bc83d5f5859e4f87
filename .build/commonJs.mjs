import { basename, dirname } from "node:path";

/**
 * The bundler splits modules only, and only what is required can be loaded by every editor and Node that we support: so
 * what it wrote is turned into scripts that are required. Its own way to do this names each import wherever it is used,
 * which is a fifth of all that runs.
 *
 * Names are taken from a part when it loads. That is enough: parts import each other in one direction only, and no
 * module changes what it has exported.
 */

/** @type {(path: string) => boolean} */
export const isPart = (path) => basename(dirname(path)) === "parts";

const IMPORT = /(?<=^|[;}\n])import\s*(?:([\w$]+),?)?(?:\*as ([\w$]+))?(?:\{([^}]*)\})?(?:\s*from)?"([^"]+)";/g;
const EXPORT = /(?<=^|[;}\n])export\{([^}]*)\};/g;
/** By which the bundler fills a module's exports late: one that is required although it is written with imports. */
const FILLED_LATE = /return (\w+)&&\((\w+)=\1\(\1=0\)\),\2/;
const LATE = /\bimport\(("[^"]+")\)/g;

/**
 * @param {string} text A module as the bundler wrote it, minified.
 * @param {readonly { kind: string }[]} imports What the bundler says that it imports.
 * @param {(file: string) => string} load The expression that loads a file of the build, by its base name.
 * @returns {string}
 * @throws when not each import was found, and nothing else; and for a module whose exports are filled late.
 */
export function asScript(text, imports, load) {
  /** @type {string[]} */
  const head = [];
  const found = { "import-statement": 0, "dynamic-import": 0 };
  /** @type {(path: string) => string} */
  const required = (path) => (path.startsWith(".") ? load(basename(path)) : `require("${path}")`);
  const body = text
    .replace(IMPORT, (_, byDefault, whole, names, path) => {
      found["import-statement"]++;
      // One that takes nothing would only load it earlier than it is needed.
      for (const pattern of [byDefault, whole, names && `{${renamed(names)}}`])
        if (pattern) head.push(`const ${pattern}=${required(path)};`);
      return "";
    })
    .replace(EXPORT, (_, names) => `module.exports={${renamed(names, true)}};`)
    .replace(LATE, (_, path) => {
      found["dynamic-import"]++;
      return `Promise.resolve().then(()=>${required(JSON.parse(path))})`;
    });
  for (const [kind, count] of Object.entries(found)) {
    const expected = imports.filter((each) => each.kind === kind).length;
    if (count !== expected) throw new Error(`${count} of ${expected} (${kind}) were found in: ${text.slice(0, 200)}`);
  }
  if (FILLED_LATE.test(text))
    throw new Error("A package requires a module whose exports are filled late; give the package's own CommonJS.");
  return `"use strict";${head.join("")}${body.trimEnd()}`;
}

/**
 * `a as b` as an object's pattern: `a:b`, or the other way round for what is exported.
 * @type {(names: string, out?: boolean) => string}
 */
const renamed = (names, out = false) =>
  names
    .split(",")
    .map((each) => each.trim().split(" as "))
    .map(([from, to = from]) => (from === to ? from : out ? `${to}:${from}` : `${from}:${to}`))
    .join(",");
