import { compileCalendar } from "../domain/calendar.ts";
import type { Rehearsal } from "../domain/drills.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { plainText } from "../domain/plainText.ts";
import type { Policy, RollbackStep, Signal } from "../domain/policy/policy.ts";
import { ruleFor, SEVERITIES } from "../domain/terms.ts";
import { type DropFacts, dropVariables } from "./dropVariables.ts";
import { calendarWords } from "./incidentVariables.ts";
import { isoOrNull, nameOf } from "./marks.ts";
import { shellWord } from "./shellWord.ts";
import { renderTemplate, type Template } from "./template.ts";
import { type UndoTarget, undoByHand } from "./undoByHand.ts";

export interface RunbookFacts {
  now: Instant;
  policy: Policy;
  drop: DropFacts;
  branch: UndoTarget["branch"];
  /** The patterns of `rollback.keep` that meet a file of the drop. */
  keep: readonly string[];
  /** What the undo does, step by step. */
  plan: readonly { title: string; byHand: string }[];
  /** The files in which later changes build on the drop; they have to be settled by hand. */
  conflicts: readonly string[];
  /** The newest rehearsal or drill; null: it was never tried. */
  rehearsal: Rehearsal | null;
  /** The incident that is open on the drop; null: none is. */
  incident: { id: string; title: string } | null;
}

/** A document is for reading: beyond these there is `dropclock undo`. */
const SHOWN_CONFLICTS = 20;

/** The runbook of a drop: what it is, how to watch it, how to take it back. */
export function renderRunbook(template: Template, facts: RunbookFacts): string {
  return renderTemplate(template, runbookVariables(facts));
}

/** All that a runbook's template can name; media/templates/runbook.md lists it for people. */
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
      by: nameOf(rehearsal.by),
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

/** What to type, with the names in it; the shell remembers the incident that it opens itself. */
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

/** The `detect` target of the severest kind, counted from shipping. */
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
