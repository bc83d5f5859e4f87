import type { Rehearsal } from "../domain/drop/drills.ts";
import type { Drop } from "../domain/drop/drop.ts";
import { compileCalendar } from "../domain/policy/calendar.ts";
import type { Policy, RollbackStep, Signal } from "../domain/policy/policy.ts";
import { ruleFor, SEVERITIES } from "../domain/policy/terms.ts";
import { plainText, shellWord, shownName } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { renderTemplate, type Template } from "./template.ts";
import { calendarWords, type DropFacts, dropVariables, isoOrNull } from "./variables.ts";

export interface RunbookFacts {
  now: Instant;
  policy: Policy;
  drop: DropFacts;
  branch: UndoTarget["branch"];
  /** The patterns of `rollback.keep` that match a file of the drop. */
  keep: readonly string[];
  /** What the undo does, step by step. */
  plan: readonly { title: string; byHand: string }[];
  /** The files in which later changes build on the drop; they have to be resolved by hand. */
  conflicts: readonly string[];
  /** The newest rehearsal or drill; null: there was none. */
  rehearsal: Rehearsal | null;
  /** The incident that is open on the drop; null: none is. */
  incident: { id: string; title: string } | null;
}

/** A document is for reading: for more than this there is `dropclock undo`. */
const SHOWN_CONFLICTS = 20;

/** The runbook of a drop: what it is, how to watch it, how to roll it back. */
export function renderRunbook(template: Template, facts: RunbookFacts): string {
  return renderTemplate(template, runbookVariables(facts));
}

/** The variables of a runbook's template; media/templates/runbook.md lists them for people. */
export function runbookVariables(facts: RunbookFacts) {
  const { now, policy, drop, branch, keep, plan, conflicts, rehearsal, incident } = facts;
  return {
    now: formatInstant(now),
    service: policy.service === null ? null : plainText(policy.service, 120),
    drop: dropVariables(drop),
    watch: watchVariables(drop.drop.shippedAt, policy),
    targets: SEVERITIES.map((severity) => ({ severity, ...policy.targets[severity] })),
    signals: policy.signals.map(signalVariables),
    stages: policy.stages.map(({ name, soak }) => ({ name: plainText(name, 80), soak: soak || null })),
    council: policy.council && {
      members: policy.council.members.map((member) => plainText(member, 120)),
      quorum: policy.council.quorum,
    },
    steps: (policy.rollback.steps ?? []).map(stepWords),
    plan: plan.map(({ title, byHand }) => ({ title: plainText(title), byHand: plainText(byHand, 500) })),
    conflicts: conflicts.slice(0, SHOWN_CONFLICTS).map((path) => plainText(path, 400)),
    moreConflicts: Math.max(0, conflicts.length - SHOWN_CONFLICTS),
    rehearsal: rehearsal && {
      at: formatInstant(rehearsal.at),
      by: shownName(rehearsal.by, 80),
      drill: rehearsal.drill,
      passed: rehearsal.passed,
      took: rehearsal.durationMs,
      reason: rehearsal.reason === null ? null : plainText(rehearsal.reason, 500),
    },
    branch: branch && {
      name: plainText(branch.name),
      remote: branch.remote === null ? null : plainText(branch.remote),
    },
    incident: incident && { id: plainText(incident.id), title: plainText(incident.title) },
    commands: commandsFor(drop.drop.tag, incident?.id ?? null),
    undo: undoByHand(drop.drop, drop.previous, {
      ...{ branch, keep, checks: policy.rollback.checks },
      cut: drop.content?.cut === true,
    }),
  };
}

/** The commands with the names filled in; the shell remembers the id of an incident that it opens. */
function commandsFor(tag: string, incident: string | null) {
  const id = incident === null ? '"$incident"' : shellWord(incident);
  const title = shellWord(`${plainText(tag, 120)} misbehaves`);
  return {
    undo: `dropclock undo ${shellWord(tag)}`,
    rehearse: `dropclock undo ${shellWord(tag)} --rehearse`,
    open: `incident=$(dropclock incident open --drop ${shellWord(tag)} --title ${title})`,
    mitigated: `dropclock incident mark ${id} mitigated --text ${shellWord(`rolled back ${tag}`)}`,
    update: `dropclock update ${id}`,
  };
}

/** The `detect` target of the highest severity, counted from shipping. */
function watchVariables(shippedAt: Instant, { targets, calendar: rule }: Policy) {
  const target = targets.critical.detect;
  const calendar = compileCalendar(ruleFor(rule, "detect"));
  return {
    endsAt: target === null ? null : isoOrNull(calendar.after(shippedAt, target)),
    target,
    calendar: calendarWords(rule, "detect"),
  };
}

const THEN: Record<Signal["then"], string> = {
  notify: "people are told",
  open: "an incident is opened",
  propose: "an incident is opened and the undo offered",
  rollback: "an incident is opened and the drop undone",
};

function signalVariables({ name, impact, breach, for: held, then }: Signal) {
  return {
    name: plainText(name, 120),
    impact,
    breach: breach && `${breach.operator} ${breach.value}`,
    for: held || null,
    action: THEN[then],
  };
}

function stepWords(step: RollbackStep): string {
  if ("flags" in step) return plainText(`Switch off: ${step.flags.join(", ")}`);
  if ("run" in step) return plainText(`Run: ${step.run}`);
  if ("verify" in step) return plainText(`Wait until calm: ${step.verify.join(", ")}`);
  return "Revert the drop";
}

/** The branch that the undo goes to. */
interface UndoTarget {
  /** The release branch; null: not known. */
  branch: { name: string; remote: string | null } | null;
  /** Patterns of `rollback.keep` that match the drop. */
  keep: readonly string[];
  /** The history is cut inside the drop (a shallow clone), so a missing previous drop means nothing. */
  cut?: boolean;
  /** The policy's checks for an undo. */
  checks: readonly string[];
}

/** The commands with which a person rolls back a drop without Dropclock; each list is one block for a POSIX shell. */
interface UndoByHand {
  possible: boolean;
  /** Why not, and what to do then; null if it is possible. */
  because: string | null;
  branch: string;
  folder: string;
  prepare: string[];
  take: string[];
  keep: string[];
  look: string[];
  commit: string[];
  checks: string[];
  publish: string[];
  verify: string[];
  reapply: string[];
  cleanUp: string[];
}

/**
 * The inverse of the drop is one commit with the previous drop's tree and the drop's commit as its parent.
 * Cherry-picking it is the same three-way merge as the undo: it works for merges inside the drop and for later drops on
 * top, which a series of `git revert` does not. Commits are named by hash, so a moved tag changes nothing.
 */
export function undoByHand(drop: Drop, previous: Drop | null, target: UndoTarget): UndoByHand {
  const slug = slugOf(drop);
  const branch = `undo-${slug}`;
  const folder = `../undo-${slug}`;
  const because = impossible(previous, target);
  if (because !== null || previous === null || target.branch === null)
    return { ...NONE, because, branch, folder };

  const { name, remote } = target.branch;
  const base = shellWord(remote ? `${remote}/${name}` : name);
  const fetch = remote ? [`git fetch ${shellWord(remote)}`] : [];
  const [from, to] = [shellWord(previous.commit), shellWord(drop.commit)];
  const worktree = (purpose: string) => [
    `git worktree add --no-track -b ${purpose}-${slug} ../${purpose}-${slug} ${base}`,
    `cd ../${purpose}-${slug}`,
  ];
  return {
    possible: true,
    because: null,
    branch,
    folder,
    prepare: [
      ...fetch,
      "git rev-parse --is-shallow-repository",
      `git merge-base --is-ancestor ${from} ${to} && echo yes`,
      `git merge-base --is-ancestor ${to} ${base} && echo yes`,
      ...worktree("undo"),
    ],
    take: [
      `inverse=$(git commit-tree -p ${to} -m ${shellWord(`Inverse of ${drop.tag}`)} '${previous.commit}^{tree}')`,
      'git cherry-pick --no-commit "$inverse"',
    ],
    keep: target.keep.map(
      (glob) => `git restore --source=HEAD --staged --worktree -- ${shellWord(`:(top,glob)${glob}`)}`,
    ),
    look: ["git status --short", "git diff --cached --stat"],
    commit: [
      `{ printf '%s\\n\\n' ${shellWord(`Revert ${drop.tag}`)}; git log --format='This reverts commit %H.' ${from}..${to}; } | git commit --file=-`,
    ],
    checks: [...target.checks],
    publish: remote
      ? [`git push --set-upstream ${shellWord(remote)} undo-${slug}`]
      : ["cd -", `git switch ${shellWord(name)}`, `git merge --no-edit undo-${slug}`],
    verify: [...fetch, `git diff --stat ${from} ${base}`],
    reapply: [
      ...fetch,
      ...worktree("reapply"),
      `undo=$(git log -1 --no-merges --format=%H --fixed-strings --grep='This reverts commit ${drop.commit}.' HEAD)`,
      'git revert --no-edit "$undo"',
    ],
    cleanUp: [`git worktree remove ../undo-${slug}`, `git worktree remove ../reapply-${slug}`],
  };
}

const NONE = {
  possible: false,
  prepare: [],
  take: [],
  keep: [],
  look: [],
  commit: [],
  checks: [],
  publish: [],
  verify: [],
  reapply: [],
  cleanUp: [],
} satisfies Partial<UndoByHand>;

function impossible(previous: Drop | null, { branch, cut }: UndoTarget): string | null {
  if (previous === null && cut) {
    return "The history of the clone that this was written in ends inside the drop (it is shallow), so what came before is not known. Fetch the rest with git fetch --unshallow --tags, and write this page again.";
  }
  if (previous === null) {
    return "This is the first drop: there is none before it to go back to. Switch off what it brought by flag or configuration, or fix forward.";
  }
  return branch === null
    ? "The release branch is not known here, so there are no commands to give; open the repository where it is."
    : null;
}

function slugOf({ tag, commit }: Drop): string {
  const slug = tag
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return slug || commit.slice(0, 12);
}
