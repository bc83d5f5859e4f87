import { stepName } from "../documents/pageMessages.ts";
import { CLOCKS, MILESTONES } from "../domain/policy/terms.ts";
import type { IncidentView, NextStep, UndoView } from "../domain/record/incidentView.ts";
import { counted } from "../domain/text/counted.ts";
import { exactly } from "../domain/time/duration.ts";
import { h, type Shape } from "./dom.ts";
import { clockCard, clockTable, overdueWords, timelineShape } from "./incidentCharts.ts";
import { clockAt, inLocalTime, shortTime } from "./words.ts";

/** What a press does. */
interface IncidentActions {
  ask(kind: "step" | "document", name: string): void;
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
      timeline: timelineShape(view),
    };
  }

  draw(now: number): Shape[] {
    const { head, rest, timeline } = this.#still;
    return [head, this.#clocks(now), h("div", { class: "columns", key: "rest" }, rest), timeline];
  }

  #head(): Shape {
    const { title, severity, kind, state, drop, round, paused, owner, warnings, at, id } = this.#view;
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
        ` · ${this.#since()}`,
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

  #since(): string {
    const { at, openedAt, clocks } = this.#view;
    const detect = clocks.find(({ name }) => name === "detect");
    if (!detect?.startedAt) return `opened ${shortTime(openedAt, at)}`;
    return `${detect.from === "reopened" ? "reopened" : "impact since"} ${shortTime(detect.startedAt, at)}`;
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
    return section(
      "next",
      "Next steps",
      next.length === 0
        ? h("p", { class: "quiet" }, "This page is read-only here.")
        : h(
            "div",
            { class: "buttons" },
            next.map((step, i) =>
              h(
                "button",
                {
                  key: stepName(step),
                  class: i === 0 ? "primary" : "",
                  onclick: () => this.#actions.ask("step", stepName(step)),
                },
                stepWords(step, this.#view),
              ),
            ),
          ),
    );
  }

  #people(): Shape {
    const { people, at } = this.#view;
    return section(
      "people",
      "People",
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
      section(
        "undo",
        `${undo.mode === "reapply" ? "Reapply" : "Undo"} of ${undo.tag}`,
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
      section(
        "documents",
        "Documents",
        h(
          "ul",
          { class: "plain" },
          documents.map(({ kind, path, written }) =>
            h(
              "li",
              {},
              h(
                "button",
                { class: "link", onclick: () => this.#actions.ask("document", kind) },
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
      section(
        "earlier",
        "Earlier rounds",
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
}

const section = (id: string, title: string, ...content: Parameters<typeof h>[2][]) =>
  h("section", { "aria-labelledby": id }, h("h2", { id }, title), content);

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

function stepWords(step: NextStep, { drop, owner }: IncidentView): string {
  switch (step.kind) {
    case "mark":
      return MILESTONES[step.milestone].button;
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
