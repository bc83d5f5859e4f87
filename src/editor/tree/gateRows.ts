import {
  councilWords,
  gateAt,
  policyWords,
  voteWords,
  waitingWords,
  waitsFor,
} from "../../app/gate/gateWords.ts";
import type { Governance } from "../../app/gate/governance.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { WatchView } from "../../app/watch/watchNews.ts";
import { itemWords, reasonWords, riskWords } from "../../domain/change/riskLevel.ts";
import { type SignalStanding, stageAfter } from "../../domain/gate/gate.ts";
import type { RiskLevel } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { type ColorId, commandId } from "../model/ids.ts";
import { shortTime } from "../model/text.ts";
import { FactRow, GroupRow, type Looks, Row, type Scene, treeItem } from "./row.ts";

/** What is on the release branch since the newest drop: how risky it is, and whether it may ship. */
export function nextDropRow(id: string, scene: Scene): Row {
  return new GovernedRow(id, scene, face, ({ next, me }, { project }) => {
    if (!next) return [];
    const root = project.project.root;
    return [
      riskRow(`${id}/risk`, next),
      ...(hasSaid(next) ? [councilRow(`${id}/council`, next, waitsFor(me, next))] : []),
      gateRow(`${id}/gate`, next),
      new FactRow(`${id}/request`, {
        label: "Approval request",
        description: "risk, checklist, undo and diff on one page",
        icon: "open-preview",
        command: openRequest(root),
      }),
    ];
  });
}

const openRequest = (root: string) => ({
  title: "Open Approval Request",
  command: commandId("openRequest"),
  arguments: [{ root }],
});

function face(governance: Governance | null, { project }: Scene): Looks {
  const command = openRequest(project.project.root);
  const looks = { label: "Next drop", icon: "package", state: "collapsed" as const, command };
  const trouble = governance === null ? project.governance.trouble : governance.trouble.next;
  if (trouble !== null) return { ...looks, ...troubleLooks(trouble) };
  const next = governance?.next;
  if (!governance || !next) return { ...looks, context: ["next", "looking", "settled", "others"] };
  const { gate, risk, commits, approval } = next;
  const mine = waitsFor(governance.me, next);
  const words = [
    governance.suggested === null ? "" : plainText(governance.suggested, 40),
    counted(commits.length, "commit"),
    `${risk.level} risk`,
    mine ? "waits for you" : gate.open ? "may ship" : "may not ship yet",
  ];
  const asked = !approval.needed ? "settled" : approval.request ? "asked" : "unasked";
  return {
    ...looks,
    description: words.filter(Boolean).join(" · "),
    color: mine ? "dropclock.warned" : gate.open ? "dropclock.met" : "dropclock.idle",
    tooltip: gate.open ? "Nothing stands in its way." : gate.reasons.map(({ text }) => text).join("\n"),
    context: ["next", gate.open ? "open" : "shut", asked, mine ? "mine" : "others"],
  };
}

/** How risky the current drop was, and what the council said of it. */
export function currentRiskRow(id: string, scene: Scene): Row {
  return new GovernedRow(
    id,
    scene,
    (governance) => ({
      label: "Release",
      icon: "law",
      ...releaseLooks(governance),
    }),
    ({ current, me }) =>
      current
        ? [
            riskRow(`${id}/risk`, current),
            ...(hasSaid(current) ? [councilRow(`${id}/council`, current, waitsFor(me, current))] : []),
          ]
        : [],
  );
}

function releaseLooks(governance: Governance | null): Omit<Looks, "label"> {
  const trouble = governance?.trouble.current ?? null;
  if (trouble !== null) return troubleLooks(trouble);
  const description = governance?.current ? `${governance.current.risk.level} risk` : "";
  return { description, state: "collapsed" };
}

/** How far the current drop is exposed, and what stands in the way of more. */
export function stageRow(id: string, scene: Scene): Row {
  return new GovernedRow(
    id,
    scene,
    (governance, { status, now }) => {
      const { stages } = status.policy.policy;
      const stage = governance?.current?.stage;
      if (!governance?.current || !stage) return { label: "Stage", icon: "layers" };
      const next = stageAfter(stages, stage);
      const by = stage.by === null ? "" : ` by ${shownName(stage.by)}`;
      const { gate, question } = governance.current;
      const ahead =
        question.kind === "promote" && next
          ? ` · ${gate.open ? "may go" : "not yet"} to ${plainText(next.name, 40)}`
          : "";
      return {
        label: "Stage",
        description: `${plainText(stage.name, 40)} since ${shortTime(stage.since, now)}${by}${ahead}`,
        icon: "layers",
        color: next === null || gate.open ? "dropclock.met" : "dropclock.idle",
        context: ["stage", next ? "more" : "last", stage.index > 0 ? "back" : "first"],
        state: next ? "collapsed" : "leaf",
      };
    },
    ({ current }) => (current && current.question.kind === "promote" ? [gateRow(`${id}/gate`, current)] : []),
  );
}

const MOST_ITEMS = 12;

/** A row for what cannot be judged: why, in place of what is judged. */
const troubleLooks = (trouble: string) =>
  ({
    description: plainText(trouble),
    tooltip: plainText(trouble, 600),
    color: "list.warningForeground",
    state: "leaf",
  }) as const;

const RISK_COLORS: Record<RiskLevel, ColorId> = {
  low: "dropclock.met",
  medium: "dropclock.warned",
  high: "dropclock.breached",
};

/** How risky a drop is, with each reason and what it was found in. */
function riskRow(id: string, { risk }: GateReading): Row {
  const looks = {
    label: "Risk",
    description: riskWords(risk),
    icon: "flame",
    // Where no rule judges, green would claim that something had been looked at.
    color: risk.rules === 0 ? "dropclock.idle" : RISK_COLORS[risk.level],
    tooltip: "The worst of the policy's rules that hold. It decides whether the council is needed.",
  };
  if (risk.reasons.length === 0) return new FactRow(id, looks);
  return new GroupRow(id, looks, () =>
    risk.reasons.map((reason, i) => {
      const items = itemWords(reason, MOST_ITEMS);
      const one = { label: reason.level, description: reasonWords(reason), icon: "circle-small" };
      return items.length === 0
        ? new FactRow(`${id}/${i}`, one)
        : new GroupRow(`${id}/${i}`, one, () =>
            items.map((item, n) => new FactRow(`${id}/${i}/${n}`, { label: item, icon: "dash" })),
          );
    }),
  );
}

/** Whether there is anything to tell of the council: it is needed, or somebody has said something all the same. */
const hasSaid = ({ approval }: GateReading) =>
  approval.needed ||
  [approval.rejected, approval.overrides, approval.disregarded].some((each) => each.length > 0);

/** What the council has said of a drop, what of it does not count and why, and whom it waits for. */
function councilRow(id: string, { approval, governed }: GateReading, mine: boolean): Row {
  const { needed, approved, quorum, rejected, disregarded } = approval;
  const enough = approved.length >= quorum && rejected.length === 0;
  const facts: [string, string, (ColorId | "list.warningForeground")?][] = [
    ...voteWords(approval).map((words): [string, string] => [words, voteIcon(words)]),
    ...disregarded.map(({ flaw, stale }): [string, string, "list.warningForeground"] => [
      `${stale ? "Stale" : "Not counted"}: ${flaw ?? ""}`,
      stale ? "history" : "warning",
      "list.warningForeground",
    ]),
    ...[waitingWords(approval)]
      .filter((words) => words !== null)
      .map((words): [string, string] => [words, "clock"]),
    ...policyWords(governed).map((words): [string, string] => [words, "law"]),
  ];
  return new GroupRow(
    id,
    {
      label: "Council",
      description: `${councilWords(approval)}${mine ? " · waits for you" : ""}`,
      icon: "organization",
      color: mine ? "dropclock.warned" : !needed || enough ? "dropclock.met" : "dropclock.idle",
      context: ["council", mine ? "mine" : "others"],
      state: facts.length > 0 ? "collapsed" : "leaf",
    },
    () =>
      facts.map(
        ([label, icon, color], i) => new FactRow(`${id}/${i}`, { label, icon, color, tooltip: label }),
      ),
  );
}

const voteIcon = (words: string) =>
  words.startsWith("Approved") ? "pass" : words.startsWith("Rejected") ? "circle-slash" : "unlock";

/** Whether the gate is open, with every reason why not in plain words. */
function gateRow(id: string, { gate, question }: GateReading): Row {
  const aim = question.kind === "ship" ? "to ship" : `for ${plainText(question.to, 40)}`;
  const label = gate.open ? `Gate open ${aim}` : `Gate shut ${aim}`;
  const facts = [...gate.reasons, ...gate.overridden.map(({ text }) => ({ text: `Overridden: ${text}` }))];
  return new GroupRow(
    id,
    {
      label,
      description: gate.open ? "" : counted(gate.reasons.length, "reason"),
      icon: gate.open ? "unlock" : "lock",
      color: gate.open ? "dropclock.met" : "dropclock.breached",
      state: facts.length === 0 ? "leaf" : gate.open ? "collapsed" : "expanded",
    },
    () =>
      facts.map(
        ({ text }, i) => new FactRow(`${id}/${i}`, { label: text, icon: "circle-small", tooltip: text }),
      ),
  );
}

/** How a row looks while it is not known yet (null) what council and gate say, and then. */
type GovernedFace = (governance: Governance | null, scene: Scene) => Looks;

/** A row that is drawn from what council and gate say, and again when they say something else. */
class GovernedRow extends Row {
  readonly #face: GovernedFace;
  readonly #parts: (governance: Governance, scene: Scene) => Row[];
  #scene: Scene;
  /** As it was read; and as it stands at the instant of the scene, when a soak may be over. */
  #read: Governance | null;
  #known: Governance | null;

  constructor(
    id: string,
    scene: Scene,
    face: GovernedFace,
    parts: (governance: Governance, scene: Scene) => Row[] = () => [],
  ) {
    super(id);
    this.#scene = scene;
    this.#read = scene.project.governance.known;
    this.#known = standingAt(scene);
    this.#face = face;
    this.#parts = parts;
  }

  override get root(): string {
    return this.#scene.project.project.root;
  }

  item() {
    return treeItem(this.id, this.#face(this.#known, this.#scene));
  }

  override tick(scene: Scene): boolean {
    const { known } = scene.project.governance;
    const before = [this.#read, gatesIn(this.#known)];
    this.#scene = scene;
    this.#read = known;
    this.#known = standingAt(scene);
    if (before[0] === known && before[1] === gatesIn(this.#known)) return false;
    this.forget();
    return true;
  }

  protected override build(): Row[] {
    return this.#known ? this.#parts(this.#known, this.#scene) : [];
  }
}

function standingAt(scene: Scene): Governance | null {
  const { known } = scene.project.governance;
  if (!known) return null;
  const { next, current } = known;
  return {
    ...known,
    next: next && readingNow(next, scene),
    current: current && readingNow(current, scene),
  };
}

/** Tells verdicts apart. */
const gatesIn = (known: Governance | null) => JSON.stringify([known?.next?.gate, known?.current?.gate]);

/** A drop at its gate as it stands at this moment: with what has soaked meanwhile, and what this window reads of signals. */
function readingNow(reading: GateReading, { project, now }: Pick<Scene, "project" | "now">): GateReading {
  const { view } = project.watch;
  const live = view?.drop.tag === reading.candidate.tag && reading.question.kind === "promote";
  return { ...reading, gate: gateAt(reading, now, live ? view.signals.flatMap(standingOf) : []) };
}

function standingOf({ signal, found }: WatchView["signals"][number]): SignalStanding[] {
  return found ? [{ name: signal.name, state: found.state, at: found.at, why: found.why }] : [];
}
