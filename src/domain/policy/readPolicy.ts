import {
  branchPatternComplaint,
  type Complaint,
  refComplaint,
  tagPatternComplaint,
} from "../text/gitNames.ts";
import { NOT_UTF_8 } from "../text/plainText.ts";
import { normalPath, pathComplaint } from "../text/repositoryPath.ts";
import { isExclusion } from "../text/tagNames.ts";
import { checkWorkingHours } from "./calendar.ts";
import { compileChangelog, compileDocuments, compilePublicUrl, keepOf } from "./documents.ts";
import { faultAt, type PolicyFault, type PolicyPath, type Report } from "./fault.ts";
import { readInterval, readSpanOfTime, readTarget } from "./notation.ts";
import { placeFault, placeTrouble, TextPlaces } from "./places.ts";
import { DEFAULT_POLICY, type Policy, type PolicyProblem } from "./policy.ts";
import { compileRisk } from "./risk.ts";
import { compileRollback } from "./rollback.ts";
import { type PolicyInput, policySchema } from "./schema.ts";
import { schemaFaults } from "./schemaFaults.ts";
import { COUNCIL_DEFAULTS, STAGE_DEFAULTS } from "./schemaParts.ts";
import { checkUnique, compileSignals } from "./signals.ts";
import { type Located, leadsToBroken, readSource, type Trouble } from "./source.ts";
import { CLOCK_NAMES, SEVERITIES, type Targets } from "./terms.ts";
import { compileHandover, compileUpdates } from "./updates.ts";

interface PolicyReading {
  /** Null as soon as there is one problem. */
  policy: Policy | null;
  /** In the order of the text. */
  problems: PolicyProblem[];
}

/** Far above any real policy, and small enough that even a hostile one is read within about a second. */
const LONGEST_TEXT = 64 * 1024;
const MOST_PROBLEMS = 200;

/** Reads `.dropclock/policy.yaml`. Never throws, whatever the text. */
export function readPolicy(text: string): PolicyReading {
  // Neither editors nor compilers count a byte order mark as a column.
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  const places = new TextPlaces(source);
  const refuse = (message: string, at = 0): PolicyReading => ({
    policy: null,
    problems: [{ message, place: places.place([at, at]) }],
  });
  if (source.length > LONGEST_TEXT) {
    return refuse(
      `A policy has at most ${LONGEST_TEXT} characters, and this one ${source.length}; make it smaller.`,
    );
  }
  // Read in the wrong encoding, a name would be garbled in every document and customer update.
  const foreign = source.search(NOT_UTF_8);
  if (foreign >= 0) return refuse("This is no UTF-8 text; save the policy as UTF-8.", foreign);
  try {
    return judge(source, places);
  } catch {
    // No input is known that leads here; but an exception would take the clock away, and an error does not.
    return refuse("The policy cannot be read; undo the last change to it.");
  }
}

function judge(text: string, places: TextPlaces): PolicyReading {
  const { root, troubles } = readSource(text);
  const { policy, faults } = root ? check(root) : { policy: structuredClone(DEFAULT_POLICY), faults: [] };
  const problems = [
    ...troubles.map((trouble: Trouble) => placeTrouble(trouble, places)),
    ...faults
      .filter((fault) => !leadsToBroken(root!, fault.path))
      .map((fault) => placeFault(fault, root!, places)),
  ];
  if (problems.length === 0) return { policy, problems };
  return { policy: null, problems: inOrder(problems) };
}

function check(root: Located): { policy: Policy | null; faults: PolicyFault[] } {
  const faults: PolicyFault[] = [];
  const parsed = policySchema.safeParse(root.value);
  if (parsed.success) {
    const policy = compilePolicy(parsed.data, new Set(), (fault) => faults.push(fault));
    return { policy, faults };
  }
  const { issues } = parsed.error;
  faults.push(...schemaFaults(issues.slice(0, MOST_PROBLEMS), root.value));
  // The sections without errors can still be checked further.
  const broken = new Set(issues.map((issue) => String(issue.path[0])));
  if (isMap(root.value)) {
    const sound = Object.keys(policySchema.shape).filter(
      (key) => Object.hasOwn(root.value as object, key) && !broken.has(key),
    );
    const rest = Object.fromEntries(sound.map((key) => [key, (root.value as Record<string, unknown>)[key]]));
    compilePolicy(rest as Partial<PolicyInput>, broken, (fault) => faults.push(fault));
  }
  return { policy: null, faults };
}

const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

function inOrder(problems: readonly PolicyProblem[]): PolicyProblem[] {
  const sorted = [...problems].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  // One mistake often causes two errors in one place; and the same value may be reached through several aliases.
  const first = sorted.filter(({ place, message }, i) => {
    const before = sorted[i - 1];
    return (
      !before ||
      before.place.line !== place.line ||
      before.place.column !== place.column ||
      before.message !== message
    );
  });
  return first.slice(0, MOST_PROBLEMS);
}

type Section<K extends keyof PolicyInput> = NonNullable<PolicyInput[K]>;

/**
 * Fills in the defaults and reports what the schema cannot say. Sections that are broken are left out of the input and
 * named, so that references to them are not reported as well.
 */
function compilePolicy(input: Partial<PolicyInput>, broken: ReadonlySet<string>, report: Report): Policy {
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
    handover: compileHandover(input.handover ?? [], report),
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

/** A duration, null for none, or the default if nothing is written. */
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

/** In a list, patterns that begin with `!` exclude from what the others match. */
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
    // 1.5 may mean 150 % or 1.5 %: that is not clear.
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
