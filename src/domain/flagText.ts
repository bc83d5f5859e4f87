import { type Document, isScalar, type ParsedNode, parseDocument, visit } from "yaml";

/** Far above any real definition in JSON, which is soon read. */
const LONGEST = 1024 * 1024;
/** YAML takes much longer to read, the more so where it is none. */
const LONGEST_YAML = 128 * 1024;

/** A text of flags with the places of its parts; or where it is at fault, and since when that is a matter of size. */
export type FlagText =
  | { document: Document.Parsed<ParsedNode>; fault: null }
  | { document: null; fault: { at: number; tooLarge: boolean } };

/**
 * Reads JSON or YAML. A key that is there twice is a fault: programs differ in which of the two they take. Looked for
 * here, for the parser compares each key with all others.
 */
export function readFlagText(text: string): FlagText {
  const isJson = /^[\s\ufeff]*\{\s*"/.test(text.slice(0, 1000));
  if (text.length > (isJson ? LONGEST : LONGEST_YAML)) return faultAt(0, true);
  try {
    if (isJson) JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    // It may be YAML all the same, as long as it is not too much of it.
    if (text.length > LONGEST_YAML) return faultAt(0, false);
  }
  try {
    const options = { keepSourceTokens: true, prettyErrors: false, stringKeys: true } as const;
    const document = parseDocument(text, { ...options, uniqueKeys: false, logLevel: "error" });
    const at = document.errors[0]?.pos[0] ?? twinIn(document);
    return at === null ? { document, fault: null } : faultAt(at, false);
  } catch (error) {
    // Deeper than anybody can follow.
    if (error instanceof RangeError) return faultAt(0, true);
    throw error;
  }
}

const faultAt = (at: number, tooLarge: boolean): FlagText => ({ document: null, fault: { at, tooLarge } });

/** Where a key is that its map has already; null where there is none. */
function twinIn(document: Document.Parsed<ParsedNode>): number | null {
  let twin: number | null = null;
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (isScalar(key) && keys.has(key.value)) {
          twin = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        if (isScalar(key)) keys.add(key.value);
      }
    },
  });
  return twin;
}
