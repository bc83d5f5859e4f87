import type { EntryView, IncidentView, Lane } from "../domain/record/incidentView.ts";
import { h, type Shape } from "./dom.ts";
import { fullTime, inLocalTime, shortTime } from "./words.ts";

/** Everything that happened: where in time, and in words. */
export function timelineShape(view: IncidentView): Shape {
  const { entries, at } = view;
  return h(
    "section",
    { key: "timeline", "aria-labelledby": "timeline" },
    h("h2", { id: "timeline" }, `Timeline (${entries.length})`),
    lanesPicture(view),
    h(
      "div",
      { class: "entries", role: "table", "aria-label": "Timeline" },
      h("div", { key: "head", role: "rowgroup" }, entryHead),
      entryGroups(entries, at),
    ),
  );
}

const entryHead = h(
  "div",
  { class: "row head", role: "row" },
  ["Time", "Lane", "What happened", "Who"].map((name) => h("span", { role: "columnheader" }, name)),
);

/** So many rows are laid out together, or not at all where nobody sees them. */
const GROUP = 100;

/** By what they were made of: what has not changed since the last drawing is the very same, and is passed over. */
let made = new Map<string, Shape>();

function entryGroups(entries: readonly EntryView[], now: number): Shape[] {
  const day = new Date(now).toDateString();
  const groups = new Map<string, Shape>();
  for (let from = 0; from < entries.length; from += GROUP) {
    const own = entries.slice(from, from + GROUP);
    const key = `${from} ${day} ${JSON.stringify(own)}`;
    groups.set(
      key,
      made.get(key) ??
        h(
          "div",
          { key: from, class: "group", role: "rowgroup" },
          own.map((entry) => entryRow(entry, now)),
        ),
    );
  }
  made = groups;
  return [...groups.values()];
}

function entryRow({ key, at, lane, text, who, retracted, flags, round }: EntryView, now: number): Shape {
  const words = inLocalTime(text, now);
  return h(
    "div",
    { key: `${key}/${round}`, class: `row ${lane}`, role: "row" },
    h("span", { role: "cell", title: fullTime(at) }, shortTime(at, now)),
    h("span", { role: "cell" }, LANE_TITLES[lane]),
    h(
      "span",
      { role: "cell" },
      retracted ? h("s", {}, words) : words,
      flags.length > 0 && h("em", {}, ` ${flags.join(", ")}`),
    ),
    h("span", { role: "cell" }, who),
  );
}

const LANE_TITLES: Record<Lane, string> = {
  detection: "Detection",
  response: "Response",
  communication: "Communication",
  learning: "Learning",
};

const LANES = Object.keys(LANE_TITLES) as Lane[];
const LANE_HEIGHT = 22;

/** Where in time the entries of each lane lie. Many at one place are one larger mark. */
function lanesPicture({ entries, at, state }: IncidentView): Shape | false {
  const first = entries[0]?.at;
  if (first === undefined) return false;
  const last = Math.max(first + 60_000, entries.at(-1)!.at, state === "closed" ? 0 : at);
  const marks = new Map<string, { lane: Lane; x: number; count: number; text: string }>();
  for (const { lane, at: when, text } of entries) {
    const x = Math.round(((when - first) / (last - first)) * 200) / 2;
    const key = `${lane} ${x}`;
    const known = marks.get(key);
    if (known) known.count += 1;
    else marks.set(key, { lane, x, count: 1, text });
  }
  // Half a mark of room on either side.
  const percent = (x: number) => `${Math.round((2 + x * 0.96) * 10) / 10}%`;
  const middle = (lane: Lane) => (LANES.indexOf(lane) + 0.5) * LANE_HEIGHT;
  const foot = LANES.length * LANE_HEIGHT + 14;
  return h(
    "div",
    { class: "lanes", "aria-hidden": "true" },
    h(
      "div",
      { class: "names" },
      LANES.map((lane) => h("span", {}, LANE_TITLES[lane])),
    ),
    h(
      "svg",
      { width: "100%", height: foot + 4 },
      LANES.map((lane) =>
        h("line", { x1: percent(0), x2: percent(100), y1: middle(lane), y2: middle(lane) }),
      ),
      [...marks.values()].map(({ lane, x, count, text }) =>
        h(
          "circle",
          { class: lane, cx: percent(x), cy: middle(lane), r: Math.min(9, 4 + Math.log2(count)) },
          h("title", {}, count === 1 ? text : `${count} entries`),
        ),
      ),
      h("text", { x: percent(0), y: foot }, shortTime(first, at)),
      h("text", { class: "end", x: percent(100), y: foot }, shortTime(last, at)),
    ),
  );
}
