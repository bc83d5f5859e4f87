import type { YAMLError } from "yaml";
import type { Range, Trouble } from "./source.ts";

const BACKTICK_SAFE = /^[\x21-\x5f\x61-\x7e]$/;

/** What the YAML library found, as a sentence with the way out. It never repeats more of the text than one character. */
export function yamlTrouble(error: YAMLError, text: string): Trouble {
  const range: Range = [error.pos[0], Math.max(error.pos[0], error.pos[1])];
  const unquoted = unquotedText(error, text);
  if (unquoted) return unquoted;
  return { range, message: sentence(error), fix: tabsFix(error, range, text) };
}

function sentence({ code, message }: YAMLError): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "YAML does not allow tabs here; indent with spaces.";
    case "BLOCK_AS_IMPLICIT_KEY":
      return "A line holds one `key: value` only; put a text with a colon in quotes, or start a new line and indent it.";
    case "MULTILINE_IMPLICIT_KEY":
      return "This is no `key: value`; a colon is missing, or the lines are not indented alike.";
    case "BAD_INDENT":
      return message.startsWith("Flow")
        ? "A [ or { is not closed, or what is inside is not indented enough; close it, or indent it more."
        : "The entries of one map or list must start in the same column; indent this line as its neighbours.";
    case "MISSING_CHAR":
      return missing(message);
    case "BAD_DQ_ESCAPE":
      return "This is no escape sequence; double the backslash, or use single quotes.";
    case "MULTIPLE_DOCS":
      return "A policy is one YAML document; remove everything from the second `---` on.";
    case "RESOURCE_EXHAUSTION":
      return "This is nested too deeply; a policy needs six levels.";
    case "TAG_RESOLVE_FAILED":
      return "A policy has no YAML tags; remove this one, or put a text that starts with ! in quotes.";
    default:
      return unexpected(code, message);
  }
}

function missing(message: string): string {
  const closing = /(?:Missing closing (.)|end with a (.))/.exec(message);
  const char = closing?.[1] ?? closing?.[2];
  if (char)
    return `The text, list or map that begins before is never closed; add the missing ${char} at its end.`;
  if (/,/.test(message)) return "A comma is missing between two entries; add it, or put the text in quotes.";
  return "A character is missing here; check the quotes, brackets and colons of this line.";
}

function unexpected(code: string, message: string): string {
  const char = /(?:character|Unexpected) (.)(?: |$)/.exec(message)?.[1];
  if (code === "BAD_SCALAR_START") return "A text that starts with this character must be in quotes.";
  if (code === "UNEXPECTED_TOKEN" && char && BACKTICK_SAFE.test(char)) {
    return `The character \`${char}\` is not expected here; remove it, or put the text in quotes.`;
  }
  if (code.includes("ALIAS") || code.includes("ANCHOR")) {
    return "An anchor or alias cannot stand here; remove it, or put the text in quotes.";
  }
  return "This cannot be read as YAML; check the indentation, colons, quotes and brackets of this line.";
}

/** A text whose first character means something else to YAML: `> 0.02`, `!= 5`, `@here`. */
function unquotedText(error: YAMLError, text: string): Trouble | null {
  const at = error.pos[0];
  let from = at;
  if (error.code === "UNEXPECTED_TOKEN" && error.message.startsWith("Not a YAML token")) {
    from = text.lastIndexOf("\n", at - 1) + 1;
    const start = Math.max(from, at - 1000);
    const header = /[:-] +(?=[>|])/.exec(text.slice(start, at));
    if (!header) return null;
    from = start + header.index + header[0].length;
  } else if (error.code !== "BAD_SCALAR_START" && error.code !== "TAG_RESOLVE_FAILED") return null;

  const rest = /^[^\n]*?(?=\s*(?:$|\n| #))/.exec(text.slice(from, from + 300))?.[0] ?? "";
  // An entry of a flow list or map ends who knows where; and a word after ! is a tag that somebody meant.
  if (rest === "" || /[,[\]{}"']/.test(rest) || /^!!?\w/.test(rest)) return null;
  const quoted = JSON.stringify(rest);
  const range: Range = [from, from + rest.length];
  return {
    range,
    message: `A text that starts with ${rest[0]} must be in quotes.`,
    fix: { title: `Write ${quoted}`, range, text: quoted },
  };
}

function tabsFix({ code }: YAMLError, range: Range, text: string): Trouble["fix"] {
  if (code !== "TAB_AS_INDENT") return undefined;
  const from = text.lastIndexOf("\n", range[0] - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(from))?.[0] ?? "";
  if (!indent.includes("\t")) return undefined;
  return {
    title: "Indent with spaces",
    range: [from, from + indent.length],
    text: indent.replaceAll("\t", "  "),
  };
}
