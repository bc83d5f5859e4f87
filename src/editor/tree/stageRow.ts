import { waitsFor } from "../../app/gate/gateWords.ts";
import type { Governance } from "../../app/gate/governance.ts";
import { shown } from "../../domain/gate/vote.ts";
import { stageAfter } from "../../domain/stage.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { shortTime } from "../model/text.ts";
import { councilRow, gateRow, hasSaid, riskRow, troubleLooks } from "./gateRows.ts";
import { GovernedRow } from "./governedRow.ts";
import type { Looks, Row, Scene } from "./row.ts";

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
      const by = stage.by === null ? "" : ` by ${shown(stage.by)}`;
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
