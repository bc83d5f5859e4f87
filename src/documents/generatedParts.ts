import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { fieldOf, lineStarts, linesOf, readFrontMatter } from "./frontMatter.ts";

/** The markers around a generated part, so that it can be refreshed and nothing else is touched. */
export const partMarkers = (name: string) =>
  [`<!-- dropclock:${name} -->`, `<!-- /dropclock:${name} -->`] as const;

/** A field of the front matter is a part of one line without markers. Its name ends with this. */
const FIELD = " (front matter)";
export const isField = (name: string) => name.endsWith(FIELD);

/** A part between its markers, or a field of the front matter. Lines count from 0. */
export interface GeneratedPart {
  name: string;
  /** The line of the first marker, and of the second; of a field both are its own. */
  from: number;
  to: number;
  /** The generated text. */
  lines: string[];
}

/** A marker without its other half, or a duplicate. */
export interface BrokenPart {
  name: string;
  line: number;
}

const MARKER = /^\s*<!--\s*(\/?)dropclock:([a-z][a-z\d-]{0,40})\s*-->\s*$/;

/** The generated parts of a document, and the markers that are not in pairs. */
export function readParts(content: string): { parts: GeneratedPart[]; broken: BrokenPart[] } {
  const lines = linesOf(content);
  const markers = lines.flatMap((text, line) => {
    const [, slash, name] = MARKER.exec(text) ?? [];
    return name === undefined ? [] : [{ line, name, end: slash === "/" }];
  });
  const parts: GeneratedPart[] = [...readFrontMatter(content).places].map(([key, line]) => ({
    name: key + FIELD,
    from: line,
    to: line,
    lines: [lines[line]!],
  }));
  const broken: BrokenPart[] = [];
  for (const name of new Set(markers.map((marker) => marker.name))) {
    const own = markers.filter((marker) => marker.name === name);
    const [first, last] = own;
    const within = markers.some(({ line }) => first && last && line > first.line && line < last.line);
    if (own.length === 2 && !first!.end && last!.end && !within)
      parts.push({
        name,
        from: first!.line,
        to: last!.line,
        lines: lines.slice(first!.line + 1, last!.line),
      });
    else broken.push({ name, line: first!.line });
  }
  return { parts, broken };
}

/** The text of each part of a document that was just rendered, by its name. */
export type RenderedParts = ReadonlyMap<string, readonly string[]>;

export const renderedParts = (document: string): RenderedParts =>
  new Map(readParts(document).parts.map(({ name, lines }) => [name, lines]));

/** Those that differ in another rendering. */
export const differingParts = (one: RenderedParts, other: RenderedParts): string[] =>
  [...one.keys()].filter((name) => !sameLines(name, one.get(name)!, other.get(name)));

/**
 * The parts of a document that match none of some renderings. A part that nothing renders is the
 * person's own, and so is the front matter if they removed all markers.
 */
export function staleParts(content: string, renderings: readonly RenderedParts[]): GeneratedPart[] {
  const { parts } = readParts(content);
  const isTheirs = !hasMarkers(parts) && renderings.some((rendering) => hasMarkers(named(rendering)));
  return parts.filter(({ name, lines }) => {
    if (isField(name) && isTheirs) return false;
    if (!renderings.some((rendering) => rendering.has(name))) return false;
    return !renderings.some((rendering) => sameLines(name, lines, rendering.get(name)));
  });
}

const hasMarkers = (parts: readonly Pick<GeneratedPart, "name">[]) =>
  parts.some(({ name }) => !isField(name));
const named = (rendering: RenderedParts) => [...rendering.keys()].map((name) => ({ name }));

/** Which lines of a part were not generated. */
export type IsGenerated = (part: string, line: string) => boolean;

/**
 * The document with each generated part updated. Everything outside them is kept, byte for byte.
 * @param path The document's name in messages.
 * @param isGenerated Called for lines that are not in the new rendering.
 * @throws {HumanError} if it has no such part, markers are not in pairs, or someone wrote between them.
 */
export function refreshParts(
  content: string,
  rendering: RenderedParts,
  path: string,
  isGenerated: IsGenerated,
): { text: string; changed: string[] } {
  const { parts, broken } = readParts(content);
  const own = parts.filter(({ name }) => rendering.has(name));
  const half = broken.find(({ name }) => rendering.has(name));
  if (half) throw new HumanError("refused", `${path}:${half.line + 1}: ${markersWanted(half.name)}`);
  if (own.length === 0 || (!hasMarkers(own) && hasMarkers(named(rendering))))
    throw new HumanError("refused", `${path}: ${markersWanted([...rendering.keys()].at(-1) ?? "timeline")}`);
  const stale = own.filter(({ name, lines }) => !sameLines(name, lines, rendering.get(name)));
  for (const part of stale) refuseHandwriting(part, rendering.get(part.name)!, path, isGenerated);
  const starts = lineStarts(content);
  let text = content;
  for (const { name, from, to } of stale.toSorted((a, b) => b.from - a.from)) {
    const ending = /\r\n|\n|\r/.exec(content.slice(starts[from]))?.[0] ?? "\n";
    const lines = rendering.get(name)!.map((line) => line + ending);
    const [first, end] = isField(name) ? [from, to + 1] : [from + 1, to];
    text = text.slice(0, starts[first]) + lines.join("") + text.slice(starts[end]);
  }
  return { text, changed: stale.map(({ name }) => name) };
}

function refuseHandwriting(
  { name, from, lines }: GeneratedPart,
  wanted: readonly string[],
  path: string,
  isGenerated: IsGenerated,
): void {
  const plain = (line: string) => normalLine(name, line);
  const known = new Set(wanted.map(plain));
  const stranger = lines.findIndex(
    (line) => plain(line) !== "" && !known.has(plain(line)) && !isGenerated(name, plain(line)),
  );
  if (stranger < 0) return;
  if (isField(name))
    throw new HumanError(
      "refused",
      `${path}:${from + 1}: “${plainText(lines[0]!, 60)}” was written by hand, and the record says “${plainText(wanted[0]!, 60)}”; remove the line, or write it under a key of your own.`,
    );
  throw new HumanError(
    "refused",
    `${path}:${from + stranger + 2}: “${plainText(lines[stranger]!, 60)}” was written by hand between the markers of the ${name}; move it below them, so that it stays, or delete it.`,
  );
}

const markersWanted = (name: string) =>
  `the lines ${partMarkers(name).join(" and ")} must stand once each, in this order, around the ${name}; write them where it belongs.`;

const sameLines = (name: string, lines: readonly string[], others: readonly string[] | undefined) =>
  others !== undefined && filled(name, lines).join("\n") === filled(name, others).join("\n");

const filled = (name: string, lines: readonly string[]) =>
  lines.map((line) => normalLine(name, line)).filter((line) => line !== "");

/** A line of a part as it is compared: a field by its value, however it is quoted. */
export const normalLine = (name: string, line: string) =>
  isField(name) ? (fieldOf(line)?.join(": ") ?? line) : normal(line);

/** A line without what Markdown formatters change: padding, the length of rules, underscores for stars. */
export const normal = (line: string) =>
  line
    .trim()
    .replace(/[ \t]+/g, " ")
    .replace(/(?<=\| ?):?-{2,}:?(?= ?\|)/g, "---")
    .replace(/(?<![\p{L}\p{N}\\])_\((.*?)\)_(?![\p{L}\p{N}])/gu, "*($1)*")
    .replace(/^[*+] /, "- ");
