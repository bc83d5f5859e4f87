import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import { linesOf } from "./frontMatter.ts";
import { lineStarts } from "./lineEdits.ts";

/** What stands around a part that is generated, so that it can be refreshed and nothing else is touched. */
export const partMarkers = (name: string) =>
  [`<!-- dropclock:${name} -->`, `<!-- /dropclock:${name} -->`] as const;

/** A part between its markers, whose lines count from 0. */
export interface GeneratedPart {
  name: string;
  /** The line of the first marker, and of the second. */
  from: number;
  to: number;
  /** What stands between them. */
  lines: string[];
}

/** A marker without its other half, or there twice. */
export interface BrokenPart {
  name: string;
  line: number;
}

const MARKER = /^\s*<!--\s*(\/?)dropclock:([a-z][a-z\d-]{0,40})\s*-->\s*$/;

/** The generated parts of a document, and the markers that do not come in pairs. */
export function readParts(content: string): { parts: GeneratedPart[]; broken: BrokenPart[] } {
  const lines = linesOf(content);
  const markers = lines.flatMap((text, line) => {
    const [, slash, name] = MARKER.exec(text) ?? [];
    return name === undefined ? [] : [{ line, name, end: slash === "/" }];
  });
  const parts: GeneratedPart[] = [];
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

/**
 * The parts of a document that do not say what any of some renderings says. A part that nothing renders is the
 * person's own.
 */
export function staleParts(content: string, renderings: readonly RenderedParts[]): GeneratedPart[] {
  return readParts(content).parts.filter(({ name, lines }) => {
    const wanted = renderings.flatMap((rendering) => rendering.get(name) ?? []);
    if (wanted.length === 0 && !renderings.some((rendering) => rendering.has(name))) return false;
    return !renderings.some((rendering) => sameLines(lines, rendering.get(name)));
  });
}

/** Which lines of a part were never made by us. */
export type IsGenerated = (part: string, line: string) => boolean;

/**
 * The document with each generated part brought up to date. Everything outside of them stays as it is, to the byte.
 * @param path How the document is called in what is said.
 * @param isGenerated Asked of lines that the new rendering does not have.
 * @throws {HumanError} where it has no such part, markers do not come in pairs, or somebody wrote between them.
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
  if (own.length === 0)
    throw new HumanError("refused", `${path}: ${markersWanted([...rendering.keys()].at(-1) ?? "timeline")}`);
  const stale = own.filter(({ name, lines }) => !sameLines(lines, rendering.get(name)));
  for (const part of stale) refuseHandwriting(part, rendering.get(part.name)!, path, isGenerated);
  const starts = lineStarts(content);
  let text = content;
  for (const { name, from, to } of stale.toSorted((a, b) => b.from - a.from)) {
    const ending = /\r\n|\n|\r/.exec(content.slice(starts[from]))?.[0] ?? "\n";
    const lines = rendering.get(name)!.map((line) => line + ending);
    text = text.slice(0, starts[from + 1]) + lines.join("") + text.slice(starts[to]);
  }
  return { text, changed: stale.map(({ name }) => name) };
}

function refuseHandwriting(
  { name, from, lines }: GeneratedPart,
  wanted: readonly string[],
  path: string,
  isGenerated: IsGenerated,
): void {
  const known = new Set(wanted.map(normal));
  const stranger = lines.findIndex(
    (line) => normal(line) !== "" && !known.has(normal(line)) && !isGenerated(name, normal(line)),
  );
  if (stranger < 0) return;
  throw new HumanError(
    "refused",
    `${path}:${from + stranger + 2}: “${plainText(lines[stranger]!, 60)}” was written by hand between the markers of the ${name}; move it below them, so that it stays, or delete it.`,
  );
}

const markersWanted = (name: string) =>
  `the lines ${partMarkers(name).join(" and ")} must stand once each, in this order, around the ${name}; write them where it belongs.`;

const sameLines = (lines: readonly string[], others: readonly string[] | undefined) =>
  others !== undefined && filled(lines).join("\n") === filled(others).join("\n");

const filled = (lines: readonly string[]) => lines.map(normal).filter((line) => line !== "");

/** A line without what tools that format Markdown change in it: padding, the length of rules, underscores for stars. */
export const normal = (line: string) =>
  line
    .trim()
    .replace(/[ \t]+/g, " ")
    .replace(/(?<=\| ?):?-{2,}:?(?= ?\|)/g, "---")
    .replace(/(?<![\p{L}\p{N}\\])_\((.*?)\)_(?![\p{L}\p{N}])/gu, "*($1)*")
    .replace(/^[*+] /, "- ");
