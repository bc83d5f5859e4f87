import { CLOCK_NAMES } from "../../domain/policy/terms.ts";
import type { DropScore, PillarScore, Verdict } from "../../domain/record/scorecard.ts";
import { doraWords, drillWords, overrideWords, remarkWords } from "../../domain/record/scorecardWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { type ColorId, commandId } from "../model/ids.ts";
import { shortDay } from "../model/text.ts";
import { FactRow, GroupRow, type Looks, type Row, type Scene } from "./row.ts";

/** How the policy is lived: the first drops since it landed, made when it is opened. */
export function adoptionRow(id: string, scene: Scene): Row {
  const command = {
    title: "Show Scorecard",
    command: commandId("showScorecard"),
    arguments: [{ root: scene.project.project.root }],
  };
  return new GroupRow(id, { label: "Adoption", icon: "graph", context: ["adoption"], command }, async () => {
    const { project, reading } = scene.project;
    if (!reading) return [];
    const { readScores } = await import("../../app/drop/scorecards.ts");
    const { adoption, scorecard } = await readScores(project, reading);
    const fact = (name: string, looks: Looks) => new FactRow(`${id}/${name}`, looks);
    const { landedAt, wanted, drops } = adoption;
    if (landedAt === null)
      return [
        fact("none", {
          label: "Not yet",
          description: "commit the policy to the release branch, and the next drops are tracked",
          icon: "circle-large-outline",
        }),
      ];
    return [
      fact("landed", {
        label: `${drops.length} of ${wanted} drops`,
        description: `since the policy landed ${shortDay(landedAt, scene.now)}`,
        icon: "calendar",
      }),
      ...drops.map((score) => dropScoreRow(`${id}/${score.drop.tag}`, score)),
      ...(adoption.scorecard ? pillarRows(id, adoption.scorecard.pillars) : []),
      ...(adoption.scorecard ? doraWords(adoption.scorecard.dora) : []).map((words, i) =>
        fact(`dora${i}`, { label: words, icon: "pulse" }),
      ),
      fact("drills", {
        label: "Drills",
        description: drillWords((adoption.scorecard ?? scorecard).drills),
        icon: "beaker",
      }),
      ...drops.flatMap(overrideWords).map((words, i) =>
        fact(`override${i}`, {
          label: words,
          icon: "unlock",
          color: "list.warningForeground",
          tooltip: words,
        }),
      ),
    ];
  });
}

const ORDER: readonly Verdict[] = ["missed", "met", "no data"];
const COLORS: Record<Verdict, ColorId> = {
  met: "dropclock.met",
  missed: "dropclock.breached",
  "no data": "dropclock.idle",
};
const ICONS: Record<Verdict, string> = { met: "pass", missed: "circle-slash", "no data": "question" };

function dropScoreRow(id: string, score: DropScore): Row {
  const { drop, pillars } = score;
  const worst = ORDER.find((verdict) => CLOCK_NAMES.some((name) => pillars[name] === verdict))!;
  const parts = ORDER.map((verdict) => {
    const names = CLOCK_NAMES.filter((name) => pillars[name] === verdict);
    return names.length === 0
      ? ""
      : `${verdict}: ${names.length === CLOCK_NAMES.length ? "all" : names.join(", ")}`;
  });
  return new FactRow(id, {
    label: plainText(drop.tag, 60),
    description: [...parts, ...remarkWords(score)].filter(Boolean).join(" · "),
    icon: ICONS[worst],
    color: COLORS[worst],
  });
}

function pillarRows(id: string, pillars: Record<(typeof CLOCK_NAMES)[number], PillarScore>): Row[] {
  return CLOCK_NAMES.map((name) => {
    const { met, missed, noData, medianMs, streak } = pillars[name];
    const median = medianMs === null ? "" : ` · median ${exactly(medianMs)}`;
    return new FactRow(`${id}/${name}`, {
      label: name,
      description:
        met + missed === 0
          ? "no data"
          : `met ${met} · missed ${missed} · no data ${noData}${median} · streak ${streak}`,
      icon: "milestone",
    });
  });
}
