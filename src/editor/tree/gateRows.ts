import { councilWords, policyWords, voteWords, waitingWords } from "../../app/gate/gateWords.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { RiskLevel } from "../../domain/policy/policy.ts";
import { itemWords, reasonWords, riskWords } from "../../domain/riskWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { counted } from "../../domain/wording.ts";
import type { ColorId } from "../model/ids.ts";
import { FactRow } from "./factRow.ts";
import { GroupRow } from "./groupRow.ts";
import type { Row } from "./row.ts";

const MOST_ITEMS = 12;

/** A row for what cannot be judged: why, in place of what is judged. */
export const troubleLooks = (trouble: string) =>
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
export function riskRow(id: string, { risk }: GateReading): Row {
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
export const hasSaid = ({ approval }: GateReading) =>
  approval.needed ||
  [approval.rejected, approval.overrides, approval.disregarded].some((each) => each.length > 0);

/** What the council has said of a drop, what of it does not count and why, and whom it waits for. */
export function councilRow(id: string, { approval, governed }: GateReading, mine: boolean): Row {
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
export function gateRow(id: string, { gate, question }: GateReading): Row {
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
