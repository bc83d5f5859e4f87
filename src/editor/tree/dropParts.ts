import type { FlagChange } from "../../domain/change/flags.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type ChecklistRow, type Fix, VERDICT_WORDS, type Verdict } from "../../domain/gate/checklist.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type ColorId, type CommandName, commandId } from "../model/ids.ts";
import { inLocalTime, withoutCommandLine } from "../model/text.ts";
import { RunbookRow } from "./documentsRow.ts";
import { unheldRows } from "./dropRow.ts";
import { currentRiskRow, stageRow } from "./gateRows.ts";
import { FactRow, GroupRow, type Row, type Scene } from "./row.ts";

/** What the current drop is made of, made when it is opened. */
export function dropParts(id: string, scene: Scene, drop: Drop, since: string | null): Row[] {
  const { previous, commit, moved } = drop;
  const { branch, shallow } = scene.project.reading!.release;
  const rows: Row[] = [...unheldRows(id, scene)];
  if (moved) {
    rows.push(
      new FactRow(`${id}/moved`, {
        label: "Moved tag",
        description: `now ${moved.now.slice(0, 9)} · shipped was ${moved.recorded.slice(0, 9)}`,
        icon: "warning",
        color: "list.warningForeground",
        tooltip: "The tag names another commit than the one recorded as shipped. The recorded one counts.",
      }),
    );
  }
  rows.push(
    fact(
      `${id}/Commit`,
      "Commit",
      `${commit.slice(0, 9)}${branch ? ` on ${plainText(branch.name, 60)}` : ""}`,
      "git-commit",
    ),
  );
  const before = previous
    ? `${plainText(previous, 60)}${since ? ` · ${since} since` : ""}`
    : shallow
      ? "not known, the clone is shallow"
      : "none, it is the first";
  rows.push(fact(`${id}/Previous drop`, "Previous drop", before, "tag"));
  rows.push(new RunbookRow(`${id}/runbook`, scene, drop.tag));
  if (scene.status.policy.policy.flags) rows.push(dropFlagsRow(`${id}/flags`, scene, drop));
  const { stages, risk } = scene.status.policy.policy;
  if (stages.length > 0) rows.push(stageRow(`${id}/stage`, scene));
  if (risk.length > 0) rows.push(currentRiskRow(`${id}/release`, scene));
  rows.push(checklistRow(`${id}/checklist`, scene, drop));
  return rows;
}

const LOOKS: Record<Verdict, { icon: string; color: ColorId }> = {
  pass: { icon: "pass", color: "dropclock.met" },
  fail: { icon: "circle-slash", color: "dropclock.breached" },
  noData: { icon: "question", color: "dropclock.idle" },
};

/** What a press on a row does about it. */
const FIXES: Record<Fix, { title: string; command: CommandName }> = {
  flags: { title: "Open Policy", command: "openPolicy" },
  metrics: { title: "Open Policy", command: "openPolicy" },
  signals: { title: "Open Policy", command: "openPolicy" },
  watch: { title: "Open Policy", command: "openPolicy" },
  drill: { title: "Drill the Undo", command: "drillUndo" },
  undo: { title: "Show Conflicts", command: "showUndoConflicts" },
};

/** The observability checklist of a drop, made when it is opened: what it needs costs a few processes. */
function checklistRow(id: string, scene: Scene, drop: Drop): Row {
  return new GroupRow(id, { label: "Checklist", icon: "checklist" }, async () => {
    const { project, reading } = scene.project;
    if (!reading) return [];
    const { readChecklist } = await import("../../app/drop/dropChecks.ts");
    const rows = await readChecklist(project, reading.release, drop);
    return rows.map((row) =>
      verdictRow(`${id}/${row.id}`, row, { root: project.root, tag: drop.tag }, scene.now),
    );
  });
}

function verdictRow(
  id: string,
  { title, verdict, why, fix }: ChecklistRow,
  ref: { root: string; tag: string },
  now: Instant,
): Row {
  const said = plainText(inLocalTime(why, now));
  const todo = fix && withoutCommandLine(fix.words);
  const way = fix && FIXES[fix.kind];
  return new FactRow(id, {
    label: title,
    description: `${VERDICT_WORDS[verdict]} · ${said}`,
    ...LOOKS[verdict],
    tooltip: todo ? `${said}\nPress to go there: ${plainText(todo)}` : said,
    ...(way ? { command: { title: way.title, command: commandId(way.command), arguments: [ref] } } : {}),
  });
}

/** The flags that a drop adds or changes; each is to have a metric. */
function dropFlagsRow(id: string, scene: Scene, drop: Drop): Row {
  const { flags } = scene.status.policy.policy;
  return new GroupRow(id, { label: "Flags", icon: "symbol-boolean" }, async () => {
    const { project, reading } = scene.project;
    const { dropFlags } = await import("../../app/drop/dropChecks.ts");
    const changes = reading && (await dropFlags(project, reading.release, drop));
    if (!changes)
      return [fact(`${id}/none`, "They cannot be read", plainText(flags?.file ?? "", 80), "warning")];
    if (changes.length === 0) return [fact(`${id}/none`, "The drop changes no flag", "", "dash")];
    const metrics = flags?.metrics ?? {};
    return changes.map((change) => {
      const metric = Object.hasOwn(metrics, change.key) ? metrics[change.key]! : null;
      return flagRow(`${id}/${change.key}`, change, metric, project.root);
    });
  });
}

function flagRow(id: string, { key, what }: FlagChange, metric: string | null, root: string): Row {
  const [label, change] = [plainText(key, 60), plainText(what, 100)];
  if (what === "removed") return fact(id, label, change, "symbol-boolean");
  if (metric !== null) return fact(id, label, `${change} · ${plainText(metric, 60)}`, "symbol-boolean");
  return new FactRow(id, {
    label,
    description: `${change} · no business metric`,
    icon: "warning",
    color: "dropclock.warned",
    tooltip: "Nobody sees what this flag moves. Press to name it in the policy, under flags.metrics.",
    command: { title: "Open Policy", command: commandId("openPolicy"), arguments: [{ root }] },
  });
}

const fact = (id: string, label: string, description: string, icon: string): Row =>
  new FactRow(id, { label, description, icon });
