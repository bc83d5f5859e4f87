import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import type { TimelineEntry } from "../domain/timeline.ts";
import { linesOf } from "./frontMatter.ts";
import { lineStarts } from "./lineEdits.ts";
import { isTimelineRow, TIMELINE_MARKERS, timelineTable } from "./timelineTable.ts";

/**
 * The document with the timeline between its markers brought up to date. Everything outside of them stays as it is,
 * to the byte.
 * @param path How the document is called in what is said.
 * @throws {HumanError} where the markers are not there once each, or somebody wrote between them.
 */
export function refreshTimeline(content: string, timeline: readonly TimelineEntry[], path: string): string {
  const lines = linesOf(content);
  const [from, to] = markerLines(lines, path);
  const between = lines.slice(from + 1, to);
  const stranger = between.findIndex((line) => line.trim() !== "" && !isTimelineRow(line, timeline));
  if (stranger >= 0) {
    throw new HumanError(
      "refused",
      `${path}:${from + stranger + 2}: “${plainText(between[stranger]!, 60)}” was written by hand between the timeline's markers; move it below them, so that it stays.`,
    );
  }
  const starts = lineStarts(content);
  const ending = /\r\n|\n|\r/.exec(content.slice(starts[from]))?.[0] ?? "\n";
  const table = timelineTable(timeline).replaceAll("\n", ending) + ending;
  return content.slice(0, starts[from + 1]) + table + content.slice(starts[to]);
}

function markerLines(lines: readonly string[], path: string): [number, number] {
  const places = TIMELINE_MARKERS.map((marker) =>
    lines.flatMap((line, i) => (line.trim() === marker ? [i] : [])),
  );
  const [[from, second], [to, another]] = places as [number[], number[]];
  if (from !== undefined && to !== undefined && from < to && second === undefined && another === undefined) {
    return [from, to];
  }
  const wanted = TIMELINE_MARKERS.join(" and ");
  throw new HumanError(
    "refused",
    `${path} must have the lines ${wanted} once each, in this order, around its timeline; write them where it belongs.`,
  );
}
