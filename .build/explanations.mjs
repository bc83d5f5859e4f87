import { readFile } from "node:fs/promises";

/**
 * Leaves out of a bundle what explains the policy's keys (`.meta(…)`, `.describe(…)`), and what makes a JSON Schema of them:
 * the build writes the schema, and nothing that runs makes another.
 * @type {import("esbuild").Plugin}
 */
export const withoutExplanations = {
  name: "without explanations",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]domain[\\/]policy[\\/]\w+\.ts$/ }, async ({ path }) => ({
      contents: strip(await readFile(path, "utf8")),
      loader: "ts",
    }));
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/](?:json-schema-processors|to-json-schema)\.js$/ }, async ({ path }) => ({
      contents: absent(await readFile(path, "utf8")),
    }));
  },
};

/**
 * A module of the same names that does nothing when it loads, and throws when it is used.
 * @type {(text: string) => string}
 */
function absent(text) {
  const exports = [...text.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => {
    // Asked for with every schema; what they give is never called.
    const value = name?.startsWith("create") ? "()=>absent" : "absent";
    return `export const ${name}=${value};`;
  });
  return `function absent(){throw new Error("The JSON Schema is made by the build.")}${exports.join("")}`;
}

const CALL = /\s*\.(?:meta|describe)\(/g;

/** @type {(text: string) => string} */
export function strip(text) {
  let out = "";
  let at = 0;
  for (;;) {
    CALL.lastIndex = at;
    const call = CALL.exec(text);
    if (!call) return out + text.slice(at);
    out += text.slice(at, call.index);
    at = endOf(text, call.index + call[0].length);
  }
}

/**
 * Behind the parenthesis that closes a call.
 * @type {(text: string, from: number) => number}
 */
function endOf(text, from) {
  const closing = [")"];
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    const inside = closing.at(-1);
    if (inside === '"' || inside === "'" || inside === "`") {
      if (letter === "\\") at++;
      else if (letter === inside) closing.pop();
      else if (inside === "`" && letter === "$" && text[at + 1] === "{") closing.push("}"), at++;
    } else if (letter === inside) {
      closing.pop();
      if (closing.length === 0) return at + 1;
    } else if (letter === '"' || letter === "'" || letter === "`") closing.push(letter);
    else if (letter === "(") closing.push(")");
    else if (letter === "[") closing.push("]");
    else if (letter === "{") closing.push("}");
  }
  throw new Error("A call of the policy's schema has no end.");
}
