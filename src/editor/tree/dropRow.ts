import type { FlagChange } from "../../domain/change/flags.ts";
import type { Drop, UnplacedDrop } from "../../domain/drop/drop.ts";
import { assumedWords, lostDropWords, newerTagWords } from "../../domain/drop/dropWording.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { type ChecklistRow, type Fix, VERDICT_WORDS, type Verdict } from "../../domain/gate/checklist.ts";
import { markdownText, plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type ColorId, type CommandName, commandId } from "../model/ids.ts";
import type { DropRef } from "../model/refs.ts";
import { fullTime, inLocalTime, shortTime, withoutCommandLine } from "../model/text.ts";
import { RunbookRow } from "./documentsRow.ts";
import { currentRiskRow, stageRow } from "./gateRows.ts";
import { FactRow, GroupRow, Row, type Scene, treeItem } from "./row.ts";
import { type UndoFacts, undoFace, undoTooltip } from "./undoFace.ts";
import { factsOf, undoParts } from "./undoRow.ts";

/** The current drop: which, since when, and what it is made of. */
export class DropRow extends Row {
  readonly #scene: Scene;
  readonly #drop: Drop;

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#scene = scene;
    this.#drop = drop;
  }

  item() {
    const { tag, shippedAt, commit, moved, deleted } = this.#drop;
    const assumed = assumedWords(this.#drop);
    const parts = [`shipped ${shortTime(shippedAt, this.#scene.now)}${assumed}`];
    const commits = this.#commits();
    if (commits) parts.push(commits);
    const { undone } = factsOf(this.#scene, this.#drop).record;
    if (undone) parts.push("undone");
    if (deleted) parts.push("tag deleted");
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: parts.join(" · "),
      icon: moved ? "warning" : "rocket",
      color: moved ? "list.warningForeground" : undefined,
      tooltip: {
        markdown: `**${markdownText(tag)}** — the current drop\n\nShipped: ${fullTime(shippedAt)}${assumed ? ", assumed: the date of its commit, for its tag has none" : ""}\n\nCommit: ${commit.slice(0, 12)}`,
      },
      context: ["drop", undone ? "undone" : "standing"],
      state: "collapsed",
      spoken: `Current drop ${plainText(tag, 80)}, ${parts.join(", ")}`,
    });
  }

  protected override build(): Row[] {
    const { previous, commit, moved } = this.#drop;
    const { branch, shallow } = this.#scene.project.reading!.release;
    const rows: Row[] = [...unheldRows(this.id, this.#scene)];
    if (moved) {
      rows.push(
        new FactRow(`${this.id}/moved`, {
          label: "Moved tag",
          description: `now ${moved.now.slice(0, 9)} · shipped was ${moved.recorded.slice(0, 9)}`,
          icon: "warning",
          color: "list.warningForeground",
          tooltip: "The tag names another commit than the one recorded as shipped. The recorded one counts.",
        }),
      );
    }
    rows.push(
      this.#fact(
        "Commit",
        `${commit.slice(0, 9)}${branch ? ` on ${plainText(branch.name, 60)}` : ""}`,
        "git-commit",
      ),
    );
    const since = this.#commits();
    const before = previous
      ? `${plainText(previous, 60)}${since ? ` · ${since} since` : ""}`
      : shallow
        ? "not known, the clone is shallow"
        : "none, it is the first";
    rows.push(this.#fact("Previous drop", before, "tag"));
    rows.push(new RunbookRow(`${this.id}/runbook`, this.#scene, this.#drop.tag));
    if (this.#scene.status.policy.policy.flags)
      rows.push(dropFlagsRow(`${this.id}/flags`, this.#scene, this.#drop));
    const { stages, risk } = this.#scene.status.policy.policy;
    if (stages.length > 0) rows.push(stageRow(`${this.id}/stage`, this.#scene));
    if (risk.length > 0) rows.push(currentRiskRow(`${this.id}/release`, this.#scene));
    rows.push(checklistRow(`${this.id}/checklist`, this.#scene, this.#drop));
    return rows;
  }

  #fact(label: string, description: string, icon: string): Row {
    return new FactRow(`${this.id}/${label}`, { label, description, icon });
  }

  #commits(): string | null {
    const n = this.#scene.project.reading?.commits ?? null;
    return n === null ? null : `${n} commit${n === 1 ? "" : "s"}`;
  }
}

/** What people may take for the current drop, or miss among the drops: no release branch holds it. */
export function unheldRows(id: string, { project }: Scene): Row[] {
  const release = project.reading?.release;
  if (!release) return [];
  const row = (key: string, label: string, [first]: readonly UnplacedDrop[], words: string | null) =>
    first === undefined || words === null
      ? []
      : [
          new FactRow(`${id}/${key}`, {
            label,
            description: `${plainText(first.tag, 60)} · on no release branch`,
            icon: "warning",
            color: "list.warningForeground",
            tooltip: withoutCommandLine(words),
          }),
        ];
  return [
    ...row("newer", "Newer tag", release.newerTags, newerTagWords(release)),
    ...row("lost", "Lost drop", release.lostDrops, lostDropWords(release)),
  ];
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

/** A drop before the current one. Whether it can be taken back is looked at when its row comes on view. */
export class PastDropRow extends Row {
  readonly #scene: Scene;
  readonly #drop: Drop;
  #facts: Promise<UndoFacts> | null = null;

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#scene = scene;
    this.#drop = drop;
  }

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  override get root(): string {
    return this.drop.root;
  }

  async item() {
    const { tag, shippedAt } = this.#drop;
    const { now } = this.#scene;
    const facts = await this.#look();
    const { state, words, color } = undoFace(facts, now);
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: `${shortTime(shippedAt, now)}${assumedWords(this.#drop)} · ${words}`,
      icon: state === "undone" ? "pass" : "tag",
      color: state === "ready" ? undefined : color,
      tooltip: { markdown: undoTooltip(this.#drop, facts, now) },
      context: ["pastdrop", state, facts.record.undone ? "taken" : "standing"],
      state: "collapsed",
    });
  }

  protected override async build(): Promise<Row[]> {
    return undoParts(this.id, this.drop, await this.#look(), this.#scene.now);
  }

  #look(): Promise<UndoFacts> {
    this.#facts ??= this.#judge();
    return this.#facts;
  }

  async #judge(): Promise<UndoFacts> {
    const { project } = this.#scene;
    const { release } = project.reading!;
    const { running } = project.undo;
    return {
      readiness: await project.project.undo.of(release, this.#drop),
      record: recordOf(release, this.#drop.tag),
      commits: null,
      running: running?.tag === this.#drop.tag ? running : null,
    };
  }
}
