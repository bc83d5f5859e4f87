import type { ClockView } from "../domain/record/incidentView.ts";
import { h, type Shape } from "./dom.ts";
import { clockSentence, clockTitle, largeTime, STATE_WORDS, shortTime } from "./words.ts";

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
