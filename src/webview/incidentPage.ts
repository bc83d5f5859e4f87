import { CLOCKS, type Milestone } from "../domain/policy/terms.ts";
import type { EntryView, IncidentView, Lane, NextStep, UndoView } from "../domain/record/incidentView.ts";
import { counted, exactly } from "../domain/time/duration.ts";
import { clockCard, clockTable, overdueWords } from "./clockShapes.ts";
import { h, type Shape } from "./dom.ts";
import { clockAt, fullTime, inLocalTime, shortTime } from "./words.ts";

/** What a press does. */
interface IncidentActions {
  step(index: number): void;
  document(index: number): void;
}

/** Whether anything of it reads differently a second later. */
export const ticks = ({ clocks }: IncidentView) =>
  clocks.some(({ counting, endedAt }) => counting && !endedAt);

/** The page of an incident. Made once for what was read; drawn again by the clock alone. */
export class IncidentPage {
  readonly #view: IncidentView;
  readonly #actions: IncidentActions;
  /** What no clock changes. */
  readonly #still: { head: Shape; rest: Shape[]; timeline: Shape };

  constructor(view: IncidentView, actions: IncidentActions) {
    this.#view = view;
    this.#actions = actions;
    this.#still = {
      head: this.#head(),
      rest: [this.#next(), this.#people(), ...this.#undo(), ...this.#documents(), ...this.#earlier()],
      timeline: this.#timeline(),
    };
  }

  draw(now: number): Shape[] {
    const { head, rest, timeline } = this.#still;
    return [head, this.#clocks(now), h("div", { class: "columns", key: "rest" }, rest), timeline];
  }

  #head(): Shape {
    const { title, severity, kind, state, drop, round, paused, openedAt, owner, warnings, at, id } =
      this.#view;
    const since = this.#since(openedAt);
    return h(
      "header",
      { key: "head" },
      h(
        "p",
        { class: "chips" },
        h("span", { class: `chip ${severity}` }, severity),
        h("span", { class: `chip ${state}` }, state),
        paused && h("span", { class: "chip paused" }, "paused"),
        kind !== "real" && h("span", { class: "chip" }, `${kind}, not counted`),
        round > 1 && h("span", { class: "chip" }, `round ${round}`),
        drop !== null && h("span", { class: "chip" }, drop),
      ),
      h("h1", {}, title),
      h(
        "p",
        { class: "lead" },
        owner ? h("strong", {}, `Led by ${owner.name}`) : h("strong", {}, "Nobody leads it yet"),
        owner && ` since ${shortTime(owner.since, at)}`,
        ` · ${since}`,
        h("span", { class: "quiet" }, ` · ${id}`),
      ),
      warnings.length > 0 &&
        h(
          "ul",
          { class: "warnings", "aria-label": "Warnings" },
          warnings.map((text) => h("li", {}, inLocalTime(text, at))),
        ),
    );
  }

  #since(openedAt: number): string {
    const started = this.#view.clocks.find(({ name }) => name === "detect")?.startedAt;
    const { at } = this.#view;
    return started ? `impact since ${shortTime(started, at)}` : `opened ${shortTime(openedAt, at)}`;
  }

  #clocks(now: number): Shape {
    const clocks = this.#view.clocks.map((clock) => clockAt(clock, this.#view.at, now));
    return h(
      "section",
      { key: "clocks", "aria-labelledby": "clocks" },
      h("h2", { id: "clocks" }, "Clocks"),
      h(
        "div",
        { class: "clocks", "aria-hidden": "true" },
        clocks.map((clock) => clockCard(clock, now)),
      ),
      clockTable(clocks, now),
      h("p", { class: "spoken", role: "status" }, overdueWords(clocks)),
    );
  }

  #next(): Shape {
    const { next } = this.#view;
    return h(
      "section",
      { "aria-labelledby": "next" },
      h("h2", { id: "next" }, "Next steps"),
      next.length === 0
        ? h("p", { class: "quiet" }, "This page is read-only here.")
        : h(
            "div",
            { class: "buttons" },
            next.map((step, i) =>
              h(
                "button",
                { key: stepKey(step), class: i === 0 ? "primary" : "", onclick: () => this.#actions.step(i) },
                stepWords(step, this.#view),
              ),
            ),
          ),
    );
  }

  #people(): Shape {
    const { people, at } = this.#view;
    return h(
      "section",
      { "aria-labelledby": "people" },
      h("h2", { id: "people" }, "People"),
      h(
        "ul",
        { class: "people" },
        people.map(({ name, leads, acted, last, watched }) => {
          const did = [
            leads && "leads",
            acted > 0 &&
              `${counted(acted, "entry").replace("entrys", "entries")}, last ${shortTime(last!, at)}`,
            watched && "watched the drop",
          ];
          return h(
            "li",
            {},
            h("strong", {}, name),
            h("span", { class: "quiet" }, ` ${did.filter(Boolean).join(" · ")}`),
          );
        }),
      ),
    );
  }

  #undo(): Shape[] {
    const { undo, at } = this.#view;
    if (!undo) return [];
    return [
      h(
        "section",
        { "aria-labelledby": "undo" },
        h("h2", { id: "undo" }, `${undo.mode === "reapply" ? "Reapply" : "Undo"} of ${undo.tag}`),
        h("p", {}, undoWords(undo, at)),
        undo.steps.length > 0 &&
          h(
            "ol",
            { class: "steps" },
            undo.steps.map(({ name, outcome, at: when }) =>
              h(
                "li",
                { class: outcome },
                h("span", { class: "sign", "aria-hidden": "true" }, STEP_SIGNS[outcome]),
                h("span", {}, name),
                h("span", { class: "quiet" }, ` ${outcome}${when === null ? "" : ` ${shortTime(when, at)}`}`),
              ),
            ),
          ),
      ),
    ];
  }

  #documents(): Shape[] {
    const { documents } = this.#view;
    if (documents.length === 0) return [];
    return [
      h(
        "section",
        { "aria-labelledby": "documents" },
        h("h2", { id: "documents" }, "Documents"),
        h(
          "ul",
          { class: "plain" },
          documents.map(({ kind, path, written }, i) =>
            h(
              "li",
              {},
              h(
                "button",
                { class: "link", onclick: () => this.#actions.document(i) },
                `${written ? "Open" : "Write"} the ${kind === "runbook" ? "rollback runbook" : "post-mortem"}`,
              ),
              h("span", { class: "quiet" }, ` ${written ? path : "not written yet"}`),
            ),
          ),
        ),
      ),
    ];
  }

  #earlier(): Shape[] {
    const { earlier, at } = this.#view;
    if (earlier.length === 0) return [];
    return [
      h(
        "section",
        { "aria-labelledby": "earlier" },
        h("h2", { id: "earlier" }, "Earlier rounds"),
        h(
          "ul",
          { class: "plain" },
          earlier.map(({ number, until, clocks }) => {
            const verdicts = clocks.map(
              ({ name, state, elapsedMs }) =>
                `${CLOCKS[name].title} ${state === "met" || state === "missed" ? `${state} in ${exactly(elapsedMs)}` : "not reached"}`,
            );
            return h("li", {}, `Round ${number}, until ${shortTime(until, at)}: ${verdicts.join("; ")}.`);
          }),
        ),
      ),
    ];
  }

  #timeline(): Shape {
    const { entries, at } = this.#view;
    return h(
      "section",
      { key: "timeline", "aria-labelledby": "timeline" },
      h("h2", { id: "timeline" }, `Timeline (${entries.length})`),
      lanesPicture(this.#view),
      h(
        "table",
        { class: "entries" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Time", "Lane", "What happened", "Who"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          entries.map((entry) => entryRow(entry, at)),
        ),
      ),
    );
  }
}

function entryRow({ key, at, lane, text, who, retracted, flags, round }: EntryView, now: number): Shape {
  return h(
    "tr",
    { key: `${key}/${round}`, class: `${lane}${retracted ? " retracted" : ""}` },
    h("td", { title: fullTime(at) }, shortTime(at, now)),
    h("td", { class: "lane" }, LANE_TITLES[lane]),
    h(
      "td",
      {},
      retracted ? h("s", {}, inLocalTime(text, now)) : inLocalTime(text, now),
      flags.length > 0 && h("em", {}, ` ${flags.join(", ")}`),
    ),
    h("td", {}, who),
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

const STEP_SIGNS: Record<UndoView["steps"][number]["outcome"], string> = {
  waiting: "○",
  begun: "◐",
  done: "✓",
  failed: "✗",
  skipped: "↷",
  cancelled: "✗",
};

function undoWords({ state, files, why, at, by, steps }: UndoView, now: number): string {
  const when = at === null ? "" : ` ${shortTime(at, now)}`;
  const who = by === null ? "" : ` by ${by}`;
  const done = steps.filter(({ outcome }) => outcome === "done" || outcome === "skipped").length;
  const progress = steps.length === 0 ? "" : `, ${done} of ${counted(steps.length, "step")} done`;
  switch (state) {
    case "looking":
      return "Not looked at yet.";
    case "ready":
      return `Ready${files === null ? "" : `: ${counted(files, "file")} would change`}.`;
    case "conflicts":
      return "It conflicts with later changes.";
    case "nothing":
      return "There is nothing to undo.";
    case "unknown":
      return `Unknown. ${why ?? ""}`;
    case "running":
      return `In progress${progress}.`;
    case "stopped":
      return `Begun${when}${who}${progress}${why === null ? "" : `; stopped: ${why}`}.`;
    case "undone":
      return `Rolled back${when}${who}.`;
    case "reapplied":
      return `Reapplied${when}${who}.`;
  }
}

const MARK_WORDS: Record<Milestone, string> = {
  started: "Mark Impact Started",
  detected: "Mark Detected",
  acknowledged: "Acknowledge",
  mitigated: "Mark Mitigated",
  updated: "Mark Customers Told",
  resolved: "Mark Resolved",
  postmortem: "Mark Post-mortem Published",
};

function stepWords(step: NextStep, { drop, owner }: IncidentView): string {
  switch (step.kind) {
    case "mark":
      return MARK_WORDS[step.milestone];
    case "undo":
      return `Undo ${drop}…`;
    case "continueUndo":
      return "Continue the Undo…";
    case "own":
      return owner ? "Hand Over…" : "Lead This Incident…";
    case "update":
      return "Send Customer Update…";
    case "postmortem":
      return "Write the Post-mortem";
    case "note":
      return "Add Note…";
    case "pause":
      return "Pause Clocks…";
    case "resume":
      return "Resume Clocks…";
    case "reopen":
      return "Reopen…";
  }
}

const stepKey = (step: NextStep) => (step.kind === "mark" ? `mark ${step.milestone}` : step.kind);
