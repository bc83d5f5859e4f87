import {
  branchPatternComplaint,
  type Complaint,
  refComplaint,
  tagPatternComplaint,
} from "../text/gitNames.ts";
import { normalPath, pathComplaint } from "../text/repositoryPath.ts";
import { isExclusion } from "../text/tagNames.ts";
import { checkWorkingHours } from "../workingHours.ts";
import { compileDocuments, keepOf } from "./documents.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { compileChangelog } from "./policyChangelog.ts";
import { readInterval, readSpanOfTime, readTarget } from "./policyDurations.ts";
import { COUNCIL_DEFAULTS, STAGE_DEFAULTS } from "./policyItemDefaults.ts";
import { compilePublicUrl } from "./policyPublish.ts";
import { compileRisk } from "./policyRisk.ts";
import { compileUpdates } from "./policyUpdates.ts";
import { compileRollback } from "./rollback.ts";
import type { PolicyInput } from "./schema.ts";
import { checkUnique, compileSignals } from "./signals.ts";
import { CLOCK_NAMES, SEVERITIES, type Targets } from "./terms.ts";

type Section<K extends keyof PolicyInput> = NonNullable<PolicyInput[K]>;

/**
 * Fills in the defaults and reports what the schema cannot say. Sections that are broken are left out of the input and
 * named, so that what refers to them is not blamed as well.
 */
export function compilePolicy(
  input: Partial<PolicyInput>,
  broken: ReadonlySet<string>,
  report: Report,
): Policy {
  const defaults = DEFAULT_POLICY;
  const signals = compileSignals(input.signals ?? [], report);
  const documents = compileDocuments(input.documents ?? {}, report);
  const context = {
    signals: broken.has("signals") ? null : signals.map(({ name }) => name),
    hasFlags: broken.has("flags") ? null : input.flags !== undefined,
  };
  const rollback = compileRollback(input.rollback ?? {}, context, report);
  if (input.rollback?.keep === undefined) rollback.keep = keepOf(documents);
  return {
    service: input.service ?? defaults.service,
    drops: compileDrops(input.drops ?? {}, report),
    targets: compileTargets(input.targets ?? {}, report),
    warnAt: compileWarnAt(input.warnAt, report),
    calendar: compileCalendarRule(input.calendar, report),
    updates: compileUpdates(input.updates ?? {}, report),
    council: input.council ? compileCouncil(input.council, report) : defaults.council,
    risk: (input.risk ?? []).map((rule, i) => compileRisk(rule, ["risk", i], context.hasFlags, report)),
    stages: compileStages(input.stages ?? [], report),
    signals,
    flags: input.flags ? compileFlags(input.flags, report) : defaults.flags,
    rollback,
    drills: { every: orNull(input.drills?.every, defaults.drills.every, ["drills", "every"], report) },
    documents,
    publish: { url: compilePublicUrl(input.publish?.url, report) },
    changelog: compileChangelog(input.changelog ?? {}, report),
    ledger: compileLedger(input.ledger ?? {}, report),
  };
}

/** A duration, null for none, or what holds where nothing is written. */
function orNull(
  text: string | null | undefined,
  fallback: number | null,
  path: PolicyPath,
  report: Report,
): number | null {
  if (text === undefined) return fallback;
  return text === null ? null : readTarget(text, path, report);
}

function compileDrops(input: Section<"drops">, report: Report): Policy["drops"] {
  const defaults = DEFAULT_POLICY.drops;
  checkNames(["drops", "tags"], input.tags, tagPatternComplaint, tagPatternComplaint, report);
  checkNames(["drops", "branch"], input.branch, refComplaint, branchPatternComplaint, report);
  return {
    tags: input.tags === undefined ? defaults.tags : [input.tags].flat(),
    branch: input.branch ?? defaults.branch,
    adoption: input.adoption ?? defaults.adoption,
  };
}

/** In a list, patterns that begin with `!` take away from what the others match. */
function checkNames(
  path: PolicyPath,
  given: string | string[] | undefined,
  alone: (name: string) => Complaint | null,
  listed: (pattern: string) => Complaint | null,
  report: Report,
): void {
  if (given === undefined) return;
  if (typeof given === "string") {
    const complaint = alone(given);
    if (complaint) report(faultAt(path, complaint.text, complaint.replacement));
    return;
  }
  given.forEach((pattern, i) => {
    const excludes = isExclusion(pattern);
    const complaint = listed(excludes ? pattern.slice(1) : pattern);
    const replacement =
      excludes && complaint?.replacement ? `!${complaint.replacement}` : complaint?.replacement;
    if (complaint) report(faultAt([...path, i], complaint.text, replacement));
  });
  if (given.every(isExclusion))
    report(faultAt(path, "must have a pattern that does not start with !, or nothing would match"));
}

function compileTargets(input: Section<"targets">, report: Report): Targets {
  const targets = structuredClone(DEFAULT_POLICY.targets);
  for (const severity of SEVERITIES) {
    for (const clock of CLOCK_NAMES) {
      const path = ["targets", severity, clock];
      targets[severity][clock] = orNull(input[severity]?.[clock], targets[severity][clock], path, report);
    }
  }
  return targets;
}

function compileWarnAt(shares: number[] | undefined, report: Report): number[] {
  if (!shares) return [...DEFAULT_POLICY.warnAt];
  const outside = shares.flatMap((share, i) => (share > 0 && share < 1 ? [] : [i]));
  for (const i of outside) {
    const percent = shares[i]!;
    // 1.5 may be 150 %, or 1.5 %: that is not plain.
    const meant = Number.isInteger(percent) && percent > 1 && percent < 100 ? percent / 100 : undefined;
    report(faultAt(["warnAt", i], "must be a share between 0 and 1, such as 0.8 for 80 %", meant));
  }
  const sorted = [...new Set(shares)].sort((a, b) => a - b);
  const inOrder = sorted.length === shares.length && shares.every((share, i) => share === sorted[i]);
  if (outside.length === 0 && !inOrder) report(faultAt(["warnAt"], "must ascend, each share once", sorted));
  return shares;
}

function compileCalendarRule(rule: PolicyInput["calendar"], report: Report): Policy["calendar"] {
  if (rule === undefined) return DEFAULT_POLICY.calendar;
  if (rule === "always") return rule;
  const { timeZone, hours, holidays, for: clocks } = rule;
  const compiled = { timeZone, hours, ...(holidays && { holidays }), ...(clocks && { for: clocks }) };
  checkWorkingHours(compiled, report, ["calendar"]);
  return compiled;
}

function compileCouncil(input: Section<"council">, report: Report): NonNullable<Policy["council"]> {
  const { members } = input;
  const seen = new Set<string>();
  members.forEach((member, i) => {
    const path = ["council", "members", i];
    const address = /^[^<>]*<([^\s@<>]+@[^\s@<>]+)>$/.exec(member)?.[1];
    if (!/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(member))
      report(faultAt(path, "must be an e-mail address such as ana@example.com", address));
    else if (seen.has(member.toLowerCase())) report(faultAt(path, `names \`${member}\` twice; remove it`));
    seen.add(member.toLowerCase());
  });
  const quorum = input.quorum ?? Math.min(COUNCIL_DEFAULTS.quorum, members.length);
  if (quorum > members.length) {
    report(
      faultAt(
        ["council", "quorum"],
        `must be at most ${members.length}, the number of members, or no drop could ever pass`,
        members.length,
      ),
    );
  }
  return {
    members,
    quorum,
    from: input.from ?? COUNCIL_DEFAULTS.from,
    signed: input.signed ?? COUNCIL_DEFAULTS.signed,
  };
}

function compileStages(stages: Section<"stages">, report: Report): Policy["stages"] {
  checkUnique(stages, ["stages"], report);
  return stages.map(({ name, soak }, i) => ({
    name,
    soak: soak === undefined ? STAGE_DEFAULTS.soak : readSpanOfTime(soak, ["stages", i, "soak"], report),
  }));
}

function compileFlags({ file, metrics }: Section<"flags">, report: Report): NonNullable<Policy["flags"]> {
  const complaint = pathComplaint(file);
  if (complaint) report(faultAt(["flags", "file"], complaint.text, complaint.replacement));
  return { file: normalPath(file), metrics: metrics ?? {} };
}

function compileLedger(input: Section<"ledger">, report: Report): Policy["ledger"] {
  const defaults = DEFAULT_POLICY.ledger;
  if (input.remote) checkRemote(input.remote, report);
  return {
    share: input.remote !== null,
    remote: input.remote ?? defaults.remote,
    sync: input.sync === undefined ? defaults.sync : readInterval(input.sync, ["ledger", "sync"], report),
  };
}

function checkRemote(remote: string, report: Report): void {
  const path = ["ledger", "remote"];
  if (/:|^[./~]/.test(remote))
    report(faultAt(path, "must be the name of a git remote such as origin, not an address"));
  else {
    const complaint = refComplaint(remote);
    if (complaint) report(faultAt(path, complaint.text, complaint.replacement));
  }
}
