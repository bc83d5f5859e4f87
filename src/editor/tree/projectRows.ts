import { historyWarnings, type IncidentsDoubt, standingWords } from "../../app/project/sharingWords.ts";
import { nextDrop } from "../../domain/drop/release.ts";
import { breachedClocks, type DropWatch } from "../../domain/drop/status.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SkippedEntry } from "../../ledger/ledger.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import { hasPolicyFile, whatIsInForce } from "../model/standing.ts";
import { shortTime } from "../model/text.ts";
import { DropRow, unheldRows } from "./dropRow.ts";
import { nextDropRow } from "./gateRows.ts";
import { IncidentRow, lastMarkRow } from "./incidentRow.ts";
import { FactRow, GroupRow, Row, type Scene, treeItem } from "./row.ts";
import { UndoRow } from "./undoRow.ts";
import { WatchRow } from "./watchRow.ts";

/** One repository, where a window has several. */
export class ProjectRow extends Row {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    super(scene.project.project.root);
    this.#scene = scene;
  }

  override get root(): string {
    return this.#scene.project.project.root;
  }

  item() {
    const { project, status } = this.#scene;
    const breached = breachedClocks(status.open).length;
    return treeItem(this.id, {
      label: plainText(project.name, 80),
      description: this.#words(breached),
      icon: "repo",
      color: breached > 0 ? "dropclock.breached" : undefined,
      tooltip: `${plainText(project.project.root, 300)}\n${this.#words(breached)}`,
      state: hasContent(this.#scene) ? "expanded" : "collapsed",
    });
  }

  protected override build(): Row[] {
    return projectRows(this.#scene);
  }

  #words(breached: number): string {
    const { drop, open } = this.#scene.status;
    const { trusted, repository } = this.#scene.project.project;
    const without = trusted && !repository ? "no git repository" : "no drop";
    const parts = [drop ? plainText(drop.tag, 60) : without];
    if (open.length > 0) parts.push(`${open.length} open incident${open.length === 1 ? "" : "s"}`);
    if (breached > 0) parts.push(`${breached} breached`);
    return parts.join(" · ");
  }
}

/** So many open incidents are unfolded; of more, only the most urgent one. */
const MOST_UNFOLDED = 3;

/** The rows of one project, what is urgent first. */
export function projectRows(scene: Scene): Row[] {
  const { status, project } = scene;
  const { root, trusted } = project.project;
  const id = (name: string) => `${root}/${name}`;
  const rows = problemRows(scene, id);
  rows.push(...incidentRows(scene, id));
  if (!trusted && !project.error) rows.push(restrictedRow(id("trust")), restrictedUndoRow(id("undo")));
  if (status.drop) rows.push(new DropRow(id("drop"), scene, status.drop));
  else if (trusted) rows.push(noDropRow(id("drop"), scene), ...unheldRows(id("drop"), scene));
  if (status.drop) rows.push(new UndoRow(id("undo"), scene, status.drop));
  if (status.drop && (status.watch.state === "open" || project.watch.view))
    rows.push(new WatchRow(id("watch"), scene));
  for (const each of status.watched)
    if (each.drop !== status.drop) rows.push(otherWatchRow(id(`watch/${each.drop.tag}`), scene, each));
  if (project.canWrite && project.reading && nextDrop(project.reading.release))
    rows.push(nextDropRow(id("next"), scene));
  rows.push(recordsRow(id("records"), scene));
  return rows;
}

/** What is open, the most urgent first; that nothing is, or that nobody knows. */
function incidentRows(scene: Scene, id: (name: string) => string): Row[] {
  const { status, project } = scene;
  const { open, unlisted } = status;
  const rows: Row[] = open.map(
    (each, i) =>
      new IncidentRow(
        id(`incident/${each.incident.id}`),
        scene,
        each,
        i === 0 || open.length <= MOST_UNFOLDED,
      ),
  );
  if (unlisted > 0) rows.push(unlistedRow(id("unlisted"), unlisted));
  const doubt = project.incidentsDoubt;
  if (doubt) rows.push(incidentsDoubtRow(id("unread"), scene, doubt));
  else if (open.length === 0 && project.canWrite) rows.push(calmRow(id("calm"), project.project.root));
  // The mark that ended an incident is taken back as easily as any other.
  const mark = project.lastMark;
  if (mark && !open.some(({ incident }) => incident.id === mark.id))
    rows.push(lastMarkRow(id("mark"), scene, mark));
  return rows;
}

/** All that nobody needs while something burns; what of it asks for attention is told beside its name. */
function recordsRow(id: string, scene: Scene): Row {
  const { status, project } = scene;
  const { policy, drills, past } = status;
  const { reading } = project;
  const doubts = [
    policy.draft ? whatIsInForce(policy) : "",
    reading && ["unreachable", "ahead", "diverged"].includes(reading.standing.state)
      ? standingWords(reading.standing)
      : "",
    reading ? (historyWarnings(reading)[0] ?? "") : "",
    status.drop && drills.overdue ? "drill overdue" : "",
  ].filter(Boolean);
  const looks = {
    label: "Records and policy",
    description: doubts.join(" · ") || (past.count > 0 ? counted(past.count, "closed incident") : ""),
    icon: "archive",
    ...(doubts.length > 0 ? { tooltip: doubts.map((each) => plainText(each, 300)).join("\n") } : {}),
  };
  return new GroupRow(id, looks, async () => (await import("./recordRows.ts")).recordRows(scene));
}

function problemRows({ status, project }: Scene, id: (name: string) => string): Row[] {
  const rows: Row[] = [];
  if (project.error) rows.push(errorRow(id("error"), project.error));
  const { policy } = status;
  if (isBroken(policy)) {
    const [first] = policy.problems;
    rows.push(
      new FactRow(id("brokenPolicy"), {
        label: "Broken policy",
        description: whatIsInForce(policy),
        icon: "warning",
        color: "list.warningForeground",
        tooltip: `Line ${first!.place.line}: ${plainText(first!.message, 600)}`,
        command: {
          title: "Open Policy",
          command: commandId("openPolicy"),
          arguments: [{ root: project.project.root, ...first!.place }],
        },
      }),
    );
  }
  if (policy.doubt !== undefined && !isBroken(policy))
    rows.push(doubtRow(id("doubt"), project, policy.doubt));
  const skipped = project.reading?.ledger.skipped ?? [];
  if (skipped.length > 0) rows.push(skippedRow(id("skipped"), skipped));
  return rows;
}

/** What is in force cannot be known: with the button that finds out, where there is one. */
function doubtRow(id: string, { project, reading }: Scene["project"], doubt: string): Row {
  const anchor = reading?.anchor;
  const isBranch = anchor && "missing" in anchor && /branch$/.test(anchor.code);
  const canAsk = isBranch && anchor.remote !== null;
  return new FactRow(id, {
    label: isBranch ? "The release branch is not known" : "The policy in force is not known",
    description: canAsk ? `ask ${plainText(anchor.remote ?? "the remote", 40)}` : plainText(doubt, 100),
    icon: "warning",
    color: "list.warningForeground",
    tooltip: plainText(doubt, 600),
    context: ["policy", canAsk ? "unasked" : "doubtful"],
    ...(canAsk
      ? {
          command: {
            title: "Ask the Remote",
            command: commandId("askDefaultBranch"),
            arguments: [{ root: project.root }],
          },
        }
      : {}),
  });
}

export function errorRow(id: string, error: string): Row {
  return new FactRow(id, {
    label: plainText(error),
    icon: "error",
    color: "list.errorForeground",
    tooltip: plainText(error, 1000),
    command: { title: "Show Log", command: commandId("showLog") },
  });
}

function skippedRow(id: string, skipped: readonly SkippedEntry[]): Row {
  return new FactRow(id, {
    label: "Unreadable events",
    description: `${skipped.length} skipped, none deleted`,
    icon: "warning",
    color: "list.warningForeground",
    tooltip: skipped
      .slice(0, 10)
      .map(({ path, reason }) => `${plainText(path)}: ${plainText(reason)}`)
      .join("\n"),
  });
}

/** In Restricted Mode: the one line on how to go on. */
function restrictedRow(id: string): Row {
  return new FactRow(id, {
    label: "Trust this folder",
    description: "to see its drops and incidents",
    icon: "workspace-untrusted",
    tooltip: "In Restricted Mode no git is started and nothing is written. Press to manage trust.",
    command: { title: "Manage Workspace Trust", command: "workbench.trust.manage" },
  });
}

/** The undo has its place even where nothing may be run: it says why it is not to be had. */
function restrictedUndoRow(id: string): Row {
  return new FactRow(id, {
    label: "Undo",
    description: "not in Restricted Mode",
    icon: "discard",
    color: "dropclock.idle",
    tooltip:
      "In Restricted Mode nothing is run, sent or written, so no drop can be taken back. Trust this folder first.",
    context: ["undo", "untrusted", "standing"],
    command: { title: "Manage Workspace Trust", command: "workbench.trust.manage" },
  });
}

/** With what makes one: a first tag, or the pattern of the tags that are there. */
function noDropRow(id: string, { status, project }: Scene): Row {
  const why = status.dropMissing!;
  const { root } = project.project;
  const facts = project.reading?.facts;
  const arguments_ = [{ root }];
  if (!project.branchUnknown && facts && project.canWrite) {
    const command = (name: CommandName, title: string) => ({
      command: { title, command: commandId(name), arguments: arguments_ },
    });
    const [tag] = facts.tags;
    const looks = { icon: "rocket", color: "dropclock.idle" as const, tooltip: plainText(why, 600) };
    if (tag)
      return new FactRow(id, {
        ...looks,
        label: "No drop yet",
        description: `the tags here, such as ${plainText(tag.name, 40)}, are no drops by the policy`,
        ...(hasPolicyFile(status.policy)
          ? command("openPolicy", "Open Policy")
          : command("createPolicy", "Create Policy")),
      });
    if (nextDrop(project.reading!.release))
      return new FactRow(id, {
        ...looks,
        label: "Ship First Drop…",
        description: "tags what is on the release branch",
        ...command("shipDrop", "Ship First Drop…"),
      });
  }
  return new FactRow(id, {
    label: project.branchUnknown ? "Drops are not known" : "No drop yet",
    description: project.branchUnknown ? "until the release branch is" : plainText(why),
    icon: "rocket",
    color: "dropclock.idle",
    tooltip: plainText(why, 600),
  });
}

/** A drop before the current one, or of another branch, that is still in its watch window. */
function otherWatchRow(id: string, { now }: Scene, { drop, watch }: DropWatch): Row {
  const until = watch.endsAt === null ? "" : ` · until ${shortTime(watch.endsAt, now)}`;
  return new FactRow(id, {
    label: "Watch window",
    description: `${plainText(drop.tag, 60)}${until}`,
    icon: "eye",
    color: "dropclock.running",
    tooltip: `Also watched: ${plainText(drop.tag, 80)}${drop.branch === null ? "" : ` on ${plainText(drop.branch, 80)}`}.`,
  });
}

/** No incident on record here is not the same as none: with the button that asks again. */
function incidentsDoubtRow(id: string, { project }: Scene, { kind, why }: IncidentsDoubt): Row {
  if (kind === "looking")
    return new FactRow(id, { label: "Looking for incidents", description: why, icon: "sync" });
  const canTry = kind === "unread";
  return new FactRow(id, {
    label: "Incidents are not known",
    description: canTry ? "try again · the remote cannot be reached" : "until the release branch is",
    icon: "warning",
    color: "list.warningForeground",
    tooltip: `The team’s incidents were never fetched here, so there may be open ones.\n${why}`,
    context: ["ledger", kind],
    ...(canTry
      ? {
          command: {
            title: "Try Again",
            command: commandId("syncLedger"),
            arguments: [{ root: project.project.root }],
          },
        }
      : {}),
  });
}

function calmRow(id: string, root: string): Row {
  return new FactRow(id, {
    label: "No open incident",
    icon: "pass",
    color: "dropclock.met",
    context: ["calm"],
    tooltip: "Press to declare one.",
    command: { title: "Declare Incident…", command: commandId("declareIncident"), arguments: [{ root }] },
  });
}

function unlistedRow(id: string, unlisted: number): Row {
  return new FactRow(id, {
    label: counted(unlisted, "more open incident"),
    description: "less urgent, too many to list",
    icon: "ellipsis",
    tooltip: "So many open incidents are seldom real: see who entered them with dropclock log.",
  });
}

/** Whether the project has anything to do with drops. */
export function hasContent({ status, project }: Scene): boolean {
  const skipped = project.reading?.ledger.skipped.length ?? 0;
  const events = status.open.length + status.past.count + skipped;
  const { policy } = status;
  const isKnown = hasPolicyFile(policy) || policy.doubt !== undefined;
  return isKnown || status.drop !== null || events > 0 || project.error !== null;
}
