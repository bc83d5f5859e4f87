import assert from "node:assert/strict";
import type { Readiness } from "../../../../src/app/project/readiness.ts";
import { foldDrop } from "../../../../src/domain/drop/dropRecord.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import { type UndoFacts, undoFace, undoTooltip } from "../../../../src/editor/tree/undoFace.ts";
import { aDrop } from "../../../support/git/linearHistory.ts";
import { at, event } from "../../../support/record/events.ts";

const readiness = (over: Partial<Readiness> = {}): Readiness => ({
  tag: "drop-5",
  state: "ready",
  why: null,
  conflicts: [],
  files: 6,
  rehearsedAt: null,
  merged: null,
  outlook: null,
  ...over,
});

const on = (type: string, when: string, data: Record<string, unknown> = {}): LedgerEvent =>
  event(type, at(when), { subject: "drop/drop-5", data: { run: "r", ...data } });

const started = () =>
  on("rollback-started", "10:00", { steps: ["revert", "run: ./deploy"], branch: "dropclock/undo-drop-5" });
const stopped = () => [
  started(),
  on("rollback-step", "10:01", { step: "revert", outcome: "done" }),
  on("rollback-failed", "10:02", { step: "run: ./deploy", reason: "exit status 1" }),
];

const facts = (events: LedgerEvent[] = [], over: Partial<UndoFacts> = {}): UndoFacts => ({
  readiness: readiness(),
  record: foldDrop("drop-5", events),
  commits: 4,
  running: null,
  incident: null,
  ...over,
});

const words = (...args: Parameters<typeof facts>) => {
  const { state, words: said } = undoFace(facts(...args), at("11:00"));
  return `${state}: ${said}`;
};

describe("the row of the undo", () => {
  it("says in a few words whether it will work", () => {
    assert.equal(words(), "ready: ready: 4 commits, 6 files");
    assert.equal(words([], { readiness: null }), "looking: ");
    assert.equal(words([], { readiness: readiness({ state: "nothing" }) }), "nothing: nothing to undo");
    const conflicts = [{ path: "a", kind: "contents" }];
    assert.equal(
      words([], { readiness: readiness({ state: "conflicts", conflicts }) }),
      "conflicts: conflicts in 1 file",
    );
  });

  it("has the reason in short, and the way out in its tooltip", () => {
    const why = "drop-5 is the first drop: there is none before it to go back to; mend it forward.";
    const unknown = facts([], { readiness: readiness({ state: "unknown", why }) });
    assert.equal(undoFace(unknown, at("11:00")).words, "unknown · drop-5 is the first drop");
    const drop = aDrop("drop-5", { shippedAt: at("09:00") });
    assert.match(undoTooltip(drop, unknown, at("11:00")), /mend it forward/);
  });

  it("puts what goes on before what was, and that before what could be", () => {
    const running = { tag: "drop-5", rehearsed: false, doing: "2 of 3 · Run ./deploy" };
    assert.equal(words(stopped(), { running }), "running: 2 of 3 · Run ./deploy");
    assert.equal(words(stopped()), "stopped: stopped at run: ./deploy");
    assert.match(words([started()]), /^stopped: not finished · begun \d\d:\d\d by Ana$/);
    const undone = [...stopped(), on("rolled-back", "10:05")];
    assert.match(words(undone), /^undone: on its branch · not merged · undone \d\d:\d\d by Ana$/);
  });

  it("tells how far an undo has come, amber until people are no longer hit", () => {
    const data = { run: "r", steps: ["revert"], branch: "dropclock/undo-drop-5", incident: "i" };
    const made = (more: Record<string, unknown>) => [
      on("rollback-started", "10:00", data),
      on("rollback-step", "10:01", { step: "revert", outcome: "done", commit: "c".repeat(40), ...more }),
      on("rolled-back", "10:01", { commit: "c".repeat(40), incident: "i" }),
    ];
    const face = (events: LedgerEvent[], merged: boolean | null, mitigated: boolean | null) => {
      const {
        words: said,
        color,
        leadsTo,
      } = undoFace(
        facts(events, {
          readiness: readiness({ state: "undone", merged }),
          incident: mitigated === null ? null : { id: "i", mitigated },
        }),
        at("11:00"),
      );
      return [said.replace(/ · undone .*$/, ""), color, leadsTo];
    };
    const amber = "dropclock.warned";
    const compare = "https://github.com/o/r/compare/main...x?expand=1";
    const request = "https://github.com/o/r/pull/7";
    assert.deepEqual(face(made({}), false, false), ["on its branch · not merged", amber, "openUndoBranch"]);
    const pushed = ["branch pushed · no pull request seen", amber];
    assert.deepEqual(face(made({ pushed: "origin" }), false, false), [...pushed, "openUndoBranch"]);
    assert.deepEqual(face(made({ pushed: "origin", url: compare }), false, false), [
      ...pushed,
      "createPullRequest",
    ]);
    const open = made({ pushed: "origin", url: request });
    assert.deepEqual(face(open, false, false), ["pull request open · not merged", amber, "openPullRequest"]);
    assert.deepEqual(face(open, true, false), ["merged · not mitigated", amber, "markMitigated"]);
    const deploy = on("rollback-step", "10:01", { step: "run: ./deploy", outcome: "done" });
    const deployed = [...open.slice(0, 2), deploy, open[2]!];
    assert.deepEqual(face(deployed, true, false), ["deployed · not mitigated", amber, "markMitigated"]);
    assert.deepEqual(face(deployed, false, true), ["mitigated · not merged", amber, "openPullRequest"]);
    assert.deepEqual(face(open, true, true), ["mitigated", "dropclock.met", null]);
    assert.deepEqual(face(open, true, null), ["merged", "dropclock.met", null]);
  });

  it("is ready again once the drop is reapplied", () => {
    assert.match(words([...stopped(), on("rolled-back", "10:05"), on("reapplied", "10:30")]), /^ready/);
  });

  it("lets no text of the record become markup", () => {
    const events = [
      started(),
      on("rollback-failed", "10:02", { step: "run: [x](command:y)", reason: "<img src=x> $(flame)" }),
    ];
    const drop = aDrop("[d](e)", { shippedAt: at("09:00") });
    const text = undoTooltip(drop, facts(events), at("11:00"));
    assert.ok(!/\]\(|<img|\$\(/.test(text.replace(/\\./g, "")), text);
  });
});
