import { CLOCK_NAMES, CLOCKS, type ClockName } from "../domain/policy/terms.ts";
import type { Verdict } from "../domain/record/scorecard.ts";
import type { ScorecardView, TrendPoint } from "../domain/record/scorecardView.ts";
import { rateWords } from "../domain/record/scorecardWords.ts";
import { exactly } from "../domain/time/duration.ts";
import { formatInstant } from "../domain/time/instant.ts";

/** An element of a picture: the page makes it of the document's nodes, an export of text. */
interface Shape {
  name: string;
  attributes: Readonly<Record<string, string | number>>;
  children: readonly (Shape | string)[];
}

type Attributes = Shape["attributes"];

const shape = (name: string, attributes: Attributes, ...children: (Shape | string)[]): Shape => ({
  name,
  attributes,
  children,
});

/** A verdict is told by its sign as well as by its colour. */
export const VERDICT_SIGNS: Record<Verdict, string> = { met: "✓", missed: "✗", "no data": "–" };

export const TREND_SIZE = { width: 320, height: 110 } as const;
const INSET = { left: 8, right: 64, top: 10, bottom: 10 } as const;

/** What the incidents took, oldest first: a line, a mark for each, their targets, and the median. */
export function trendShapes(points: readonly TrendPoint[], medianMs: number | null): Shape[] {
  const { width, height } = TREND_SIZE;
  const largest = Math.max(
    1,
    medianMs ?? 0,
    ...points.map(({ ms, targetMs }) => Math.max(ms, targetMs ?? 0)),
  );
  const step = (width - INSET.left - INSET.right) / Math.max(1, points.length);
  const x = (i: number) => round(INSET.left + step * (i + 0.5));
  const y = (ms: number) =>
    round(height - INSET.bottom - (ms / largest) * (height - INSET.top - INSET.bottom));
  const right = width - INSET.right;
  const targets = points.flatMap(({ targetMs }, i) =>
    targetMs === null
      ? []
      : shape("line", {
          class: "target",
          x1: round(x(i) - step / 2),
          x2: round(x(i) + step / 2),
          y1: y(targetMs),
          y2: y(targetMs),
        }),
  );
  const median =
    medianMs === null
      ? []
      : [
          shape("line", { class: "median", x1: INSET.left, x2: right, y1: y(medianMs), y2: y(medianMs) }),
          shape("text", { class: "label", x: right + 4, y: round(y(medianMs) + 4) }, exactly(medianMs)),
        ];
  const line = points.map(({ ms }, i) => `${x(i)},${y(ms)}`).join(" ");
  return [
    ...targets,
    ...median,
    ...(points.length > 1 ? [shape("polyline", { class: "trend", points: line })] : []),
    ...points.map((point, i) => mark(point, x(i), y(point.ms))),
  ];
}

/** Missed is a cross and met a dot, so that nobody needs to tell colours apart. */
function mark(point: TrendPoint, x: number, y: number): Shape {
  const title = shape("title", {}, pointWords(point));
  if (point.targetMs === null || point.ms <= point.targetMs)
    return shape("circle", { class: "point met", cx: x, cy: y, r: 3 }, title);
  const d = `M${round(x - 4)} ${round(y - 4)}L${round(x + 4)} ${round(y + 4)}M${round(x - 4)} ${round(y + 4)}L${round(x + 4)} ${round(y - 4)}`;
  return shape("path", { class: "point missed", d }, title);
}

export const pointWords = ({ tag, title, ms, targetMs, count }: TrendPoint) =>
  `${tag}: ${exactly(ms)}${targetMs === null ? "" : ` of ${exactly(targetMs)}`}, ${count === 1 ? title : `the median of ${count} incidents`}`;

const round = (n: number) => Math.round(n * 10) / 10;

const CELL = 26;
const LABEL = 130;
const HEAD = 110;
const MARGIN = 16;

/** The scorecard as one picture of its own, for whatever shows SVG. */
export function scorecardSvg(view: ScorecardView): string {
  const { drops, dora } = view;
  const { width: trendWidth, height: trendHeight } = TREND_SIZE;
  const width = MARGIN * 2 + Math.max(LABEL + drops.length * CELL, trendWidth * 2 + MARGIN, 640);
  const gridTop = MARGIN + 40 + HEAD;
  const trendsTop = gridTop + CLOCK_NAMES.length * CELL + 40;
  const factsTop = trendsTop + 2 * (trendHeight + 36);
  const facts = [...doraLines(dora), overrideLine(view)];
  const height = factsTop + facts.length * 20 + MARGIN;
  const title = `Scorecard${view.service === null ? "" : ` of ${view.service}`}`;
  const rows = CLOCK_NAMES.flatMap((name, i) => gridRow(view, name, gridTop + i * CELL));
  const heads = drops.map(({ tag }, i) => {
    const x = MARGIN + LABEL + i * CELL + CELL / 2 + 4;
    const cut = tag.length > 16 ? `${tag.slice(0, 15)}…` : tag;
    return shape(
      "text",
      { class: "label", x, y: gridTop - 6, transform: `rotate(-60 ${x} ${gridTop - 6})` },
      cut,
    );
  });
  const trends = CLOCK_NAMES.map((name, i) => {
    const x = MARGIN + (i % 2) * (trendWidth + MARGIN);
    const y = trendsTop + Math.floor(i / 2) * (trendHeight + 36);
    return shape(
      "g",
      { transform: `translate(${x} ${y})` },
      shape(
        "text",
        { class: "head", x: 0, y: 0 },
        `${CLOCKS[name].title}${view.trends[name].length === 0 ? ": no data" : ""}`,
      ),
      shape(
        "g",
        { transform: "translate(0 8)" },
        ...trendShapes(view.trends[name], view.pillars[name].medianMs),
      ),
    );
  });
  const picture = shape(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    shape("title", {}, title),
    shape("style", {}, STYLE),
    shape("rect", { class: "page", width, height }),
    shape("text", { class: "title", x: MARGIN, y: MARGIN + 16 }, title),
    shape(
      "text",
      { class: "label", x: MARGIN, y: MARGIN + 36 },
      `As of ${formatInstant(view.at).slice(0, 16)}Z. ✓ met, ✗ missed, – no data`,
    ),
    ...heads,
    ...rows,
    ...trends,
    ...facts.map((line, i) => shape("text", { class: "text", x: MARGIN, y: factsTop + i * 20 }, line)),
  );
  return `${serialized(picture)}\n`;
}

function gridRow({ drops, pillars }: ScorecardView, name: ClockName, y: number): Shape[] {
  const { met, missed } = pillars[name];
  const cells = drops.flatMap(({ tag, cells }, i) => {
    const { verdict, title } = cells[name];
    const x = MARGIN + LABEL + i * CELL;
    const words = `${CLOCKS[name].title}, ${tag}: ${verdict}${title === null ? "" : `, ${title}`}`;
    return shape(
      "g",
      { class: `cell ${verdict.replace(" ", "-")}` },
      shape("title", {}, words),
      shape("rect", { x: x + 1, y: y + 1, width: CELL - 2, height: CELL - 2, rx: 3 }),
      shape("text", { x: x + CELL / 2, y: y + 18 }, VERDICT_SIGNS[verdict]),
    );
  });
  const label = `${CLOCKS[name].title} ${met}/${met + missed}`;
  return [shape("text", { class: "text", x: MARGIN, y: y + 18 }, label), ...cells];
}

function doraLines({
  deployments,
  failed,
  changeFailureRate,
  recoveryMs,
  rework,
  reworkRate,
}: ScorecardView["dora"]) {
  return [
    `Change failure rate ${rateWords(changeFailureRate)} (${failed} of ${deployments})`,
    `Recovery time ${recoveryMs === null ? "no data" : `${exactly(recoveryMs)} (median)`}`,
    `Rework rate ${rateWords(reworkRate)} (${rework} of ${deployments})`,
  ];
}

const overrideLine = ({ drills, overrides }: ScorecardView) =>
  `Drills ${drills.held} held, ${drills.passed} passed, ${drills.inTime} in time; overrides ${overrides.length}`;

const STYLE = [
  "text { font: 12px system-ui, sans-serif; fill: #1f2328 }",
  ".title { font-size: 18px; font-weight: 600 } .head { font-weight: 600 } .label { fill: #57606a }",
  ".page { fill: #ffffff }",
  ".cell text { text-anchor: middle; font-weight: 600 }",
  ".met rect { fill: #b7e4c7 } .missed rect { fill: #ffb3ad } .no-data rect { fill: #eaeef2 }",
  ".trend { fill: none; stroke: #0969da; stroke-width: 1.5 }",
  ".target { stroke: #57606a; stroke-width: 1.5 } .median { stroke: #8250df; stroke-dasharray: 4 3 }",
  ".point { fill: #1a7f37; stroke: none } path.point { fill: none; stroke: #cf222e; stroke-width: 2 }",
].join(" ");

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What no document of XML may hold is left out, whatever people wrote. */
const escaped = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
    .replace(/[&<>"]/g, (letter) => ESCAPES[letter]!);

function serialized({ name, attributes, children }: Shape): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const inner = children.map((child) => (typeof child === "string" ? escaped(child) : serialized(child)));
  return `<${name}${said.join("")}>${inner.join("")}</${name}>`;
}

const HEADINGS = [
  ...["drop", "shipped", "shipped_assumed", "target", "verdict", "met", "missed", "median_ms"],
  ...["incident", "incidents", "failed", "rolled_back", "rework", "recovery_ms", "overrides"],
];

/** The scorecard as a table of RFC 4180: a line for each drop and target, oldest first. */
export function scorecardCsv({ drops, pillars }: ScorecardView): string {
  const rows = drops.flatMap((drop) =>
    CLOCK_NAMES.map((name) => {
      const { verdict, incident } = drop.cells[name];
      const { met, missed, medianMs } = pillars[name];
      return [
        ...[
          drop.tag,
          formatInstant(drop.shippedAt),
          drop.shippedAssumed,
          name,
          verdict,
          met,
          missed,
          medianMs,
        ],
        ...[incident, drop.incidents.join(" "), drop.failed, drop.undone, drop.rework, drop.recoveryMs],
        drop.overrides,
      ];
    }),
  );
  return [HEADINGS, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/** A spreadsheet would run a text that begins like a formula; an apostrophe keeps it a text. */
function csvField(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
