import type { ClockView, EntryView, IncidentView, Lane } from "../domain/record/incidentView.ts";
import { h, type Shape } from "./dom.ts";
import {
  clockSentence,
  clockTitle,
  fullTime,
  inLocalTime,
  largeTime,
  STATE_WORDS,
  shortTime,
} from "./words.ts";

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

export function clockCard(clock: ClockView, now: number): Shape {
  const { name, state } = clock;
  return h(
    "div",
    { key: name, class: `clock ${state}` },
    h("p", { class: "name" }, clockTitle(name), h("span", { class: "word" }, STATE_WORDS[state])),
    h("p", { class: "time" }, largeTime(clock)),
    h("p", { class: "quiet" }, clockSentence(clock, now)),
    clockBar(clock, now),
  );
}

/** From the start over the warnings to when it is due, and beyond where it is overdue. */
function clockBar(clock: ClockView, now: number): Shape | false {
  const { startedAt, endedAt, remainingMs, marks, pauses, state } = clock;
  if (startedAt === null || remainingMs === null) return false;
  const until = endedAt ?? now;
  const due = clock.dueAt ?? until + Math.max(0, remainingMs);
  const end = Math.max(due, until, startedAt + 1);
  const percent = (at: number) =>
    `${Math.round(Math.min(1, Math.max(0, (at - startedAt) / (end - startedAt))) * 1000) / 10}%`;
  const span = (className: string, from: number, to: number) =>
    h("rect", {
      class: className,
      x: percent(from),
      y: 4,
      height: 12,
      width: widthOf(percent(from), percent(to)),
    });
  return h(
    "svg",
    { class: "bar", width: "100%", height: 20 },
    h("rect", { class: "track", x: 0, y: 4, width: "100%", height: 12 }),
    span("done", startedAt, Math.min(until, due)),
    until > due && span("over", due, until),
    pauses.map(({ from, to }) => span("pause", Math.max(from, startedAt), Math.min(to ?? now, end))),
    state !== "met" &&
      marks.map(({ at, leftMs }) => {
        const x = percent(at ?? now + leftMs);
        return h("line", { class: "warning", x1: x, x2: x, y1: 1, y2: 19 });
      }),
    h("line", { class: "due", x1: percent(due), x2: percent(due), y1: 0, y2: 20 }),
  );
}

const widthOf = (from: string, to: string) =>
  `${Math.max(0, Math.round((Number.parseFloat(to) - Number.parseFloat(from)) * 10) / 10)}%`;

const HEADS = ["Clock", "State", "Time", "Started", "Warnings at", "Due", "Ended", "Paused"];

/** The same as the bars, for whoever does not see them. No seconds: it would be read out each time. */
export function clockTable(clocks: readonly ClockView[], now: number): Shape {
  const time = (at: number | null) => (at === null ? "–" : shortTime(at, now));
  return h(
    "div",
    { class: "spoken" },
    h(
      "table",
      {},
      h("caption", {}, "Clocks"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          HEADS.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        clocks.map((clock) => {
          const pauses = clock.pauses.map(
            ({ from, to }) => `${time(from)} to ${to === null ? "now" : time(to)}`,
          );
          return h(
            "tr",
            { key: clock.name },
            h("th", { scope: "row" }, clockTitle(clock.name)),
            h("td", {}, STATE_WORDS[clock.state]),
            h("td", {}, clock.endedAt === null ? "" : largeTime(clock)),
            h("td", {}, time(clock.startedAt)),
            h("td", {}, clock.marks.map(({ at }) => time(at)).join(", ") || "–"),
            h("td", {}, time(clock.dueAt)),
            h("td", {}, time(clock.endedAt)),
            h("td", {}, pauses.join(", ") || "–"),
          );
        }),
      ),
    ),
  );
}

export function overdueWords(clocks: readonly ClockView[]): string {
  const overdue = clocks.filter(({ state }) => state === "breached").map(({ name }) => clockTitle(name));
  return overdue.length === 0 ? "" : `Overdue: ${overdue.join(", ")}.`;
}
