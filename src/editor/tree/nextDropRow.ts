import { waitsFor } from "../../app/gate/gateWords.ts";
import type { Governance } from "../../app/gate/governance.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { counted } from "../../domain/wording.ts";
import { commandId } from "../model/ids.ts";
import { FactRow } from "./factRow.ts";
import { councilRow, gateRow, hasSaid, riskRow, troubleLooks } from "./gateRows.ts";
import { GovernedRow } from "./governedRow.ts";
import type { Looks, Row, Scene } from "./row.ts";

/** What is on the release branch since the newest drop: how risky it is, and whether it may ship. */
export function nextDropRow(id: string, scene: Scene): Row {
  return new GovernedRow(id, scene, face, ({ next, me }, { project }) => {
    if (!next) return [];
    const root = project.project.root;
    const request = {
      title: "Open Approval Request",
      command: commandId("openRequest"),
      arguments: [{ root }],
    };
    return [
      riskRow(`${id}/risk`, next),
      ...(hasSaid(next) ? [councilRow(`${id}/council`, next, waitsFor(me, next))] : []),
      gateRow(`${id}/gate`, next),
      new FactRow(`${id}/request`, {
        label: "Approval request",
        description: "risk, checklist, undo and diff on one page",
        icon: "open-preview",
        command: request,
      }),
    ];
  });
}

function face(governance: Governance | null, { project }: Scene): Looks {
  const looks = { label: "Next drop", icon: "package", state: "collapsed" as const };
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
