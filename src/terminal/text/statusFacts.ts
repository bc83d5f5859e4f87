import type { JudgedDrop } from "../../app/drop/dropChecks.ts";
import type { Looks } from "../../app/drop/report.ts";
import type { Reading } from "../../app/project/project.ts";
import type { Readiness } from "../../app/project/readiness.ts";
import { readinessWords } from "../../app/project/readinessWords.ts";
import type { Standing } from "../../app/project/sharing.ts";
import { historyWarnings, standingWords } from "../../app/project/sharingWords.ts";
import { type Risk, riskWords } from "../../domain/change/riskLevel.ts";
import { assumedWords, lostDropWords, newerTagWords } from "../../domain/drop/dropWording.ts";
import { breachedClocks, type Status } from "../../domain/drop/status.ts";
import { draftWords, type PolicyInForce, sourceWords } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { roughly } from "../../domain/time/duration.ts";
import type { LocalTime } from "./localTime.ts";

/** One row of the status: what it is about, and a sentence; grave where people must not pass over it. */
interface Fact {
  name: string;
  words: string;
  grave?: "warning" | "error";
}

/** What was read, with what was looked at beside it. */
export type Read = Reading & Looks;

/** Everything but the incidents themselves. An empty state says what to do next. */
export function statusFacts(status: Status, reading: Read, time: LocalTime): Fact[] {
  const { undo, commits, risks } = reading;
  return [
    policyFact(status.policy),
    dropFact(status, reading, time),
    ...unheldFacts(status),
    ...(undo ? [undoFact(undo, commits, time)] : []),
    ...riskFact(risks.current),
    ...nextFact(risks.next),
    watchFact(status, time),
    ...otherWindows(status, time),
    drillFact(status, time),
    ledgerFact(reading),
    incidentFact(status),
  ];
}

function policyFact(policy: PolicyInForce): Fact {
  const name = "Policy";
  const { source, path, problems, draft, branch, doubt } = policy;
  const inForce = sourceWords(policy);
  if (problems.length > 0) {
    const where = problems.map(({ place }) => `${place.line}:${place.column}`).join(", ");
    return { name, words: `${inForce} is in force; ${path} has errors at ${where}`, grave: "warning" };
  }
  if (doubt !== undefined) return { name, words: `${inForce} is in force: ${doubt}`, grave: "warning" };
  if (draft) {
    const words = `${inForce} (${draftWords(draft, branch)}; see: dropclock policy show)`;
    return { name, words, ...(draft.problems.length > 0 ? { grave: "warning" } : {}) };
  }
  const none = "none yet, so the sample SLA is in force; write one with: dropclock init";
  return { name, words: source === "defaults" ? none : inForce };
}

function dropFact({ drop, dropMissing }: Status, { commits, release }: Reading, time: LocalTime): Fact {
  const name = "Drop";
  if (!drop) return { name, words: `none. ${dropMissing}` };
  const since = drop.previous === null ? "" : ` since ${plainText(drop.previous, 60)}`;
  const content =
    commits === null ? "; its commits are not all here" : `, ${counted(commits, "commit")}${since}`;
  const branch = release.branch ? ` on ${plainText(release.branch.name, 60)}` : "";
  const shipped = `${time.time(drop.shippedAt)}${assumedWords(drop)}`;
  const gone = drop.deleted ? "; its tag was deleted, and the record of its shipping counts" : "";
  const words = `${plainText(drop.tag, 60)}, shipped ${shipped}${branch}${content}${gone}`;
  if (!drop.moved) return { name, words };
  const moved = `its tag was moved to ${short(drop.moved.now)}; ${short(drop.moved.recorded)}, which is on record, counts`;
  return { name, words: `${words}; ${moved}`, grave: "warning" };
}

/** What people may take for a drop, or for the current one. */
function unheldFacts(status: Status): Fact[] {
  const [newer, lost] = [newerTagWords(status), lostDropWords(status)];
  return [
    ...(newer === null ? [] : [{ name: "Newer", words: newer, grave: "warning" } as const]),
    ...(lost === null ? [] : [{ name: "Lost", words: lost, grave: "warning" } as const]),
  ];
}

/** Of drops before the current one, or of other branches. */
function otherWindows({ drop, watched }: Status, time: LocalTime): Fact[] {
  return watched
    .filter((each) => each.drop !== drop)
    .map(({ drop: { tag, branch }, watch }) => {
      const end = watch.endsAt === null ? "" : ` until ${time.time(watch.endsAt)}`;
      const on = branch === drop?.branch ? "" : ` on ${plainText(branch ?? "", 60)}`;
      return { name: "Watch", words: `also open for ${plainText(tag, 60)}${on}${end}`, grave: "warning" };
    });
}

function riskFact(judged: JudgedDrop | null): Fact[] {
  if (!judged) return [];
  const { risk, missing } = judged;
  if (!risk) return [{ name: "Risk", words: `unknown: ${missing}`, grave: "warning" }];
  return [{ name: "Risk", words: riskWords(risk), ...graveOf(risk) }];
}

/** What would be in the next drop, told before it has a tag, so that nobody is surprised when it gets one. */
function nextFact(judged: JudgedDrop | null): Fact[] {
  if (!judged) return [];
  const { candidate, commits, risk, missing } = judged;
  const since = candidate.previous ? ` since ${plainText(candidate.previous.tag, 60)}` : "";
  const what = `${commits === null ? "commits" : counted(commits, "commit")}${since}`;
  if (!risk) return [{ name: "Next", words: `${what}; risk unknown: ${missing}`, grave: "warning" }];
  return [{ name: "Next", words: `${what}; risk ${riskWords(risk)}`, ...graveOf(risk) }];
}

const graveOf = ({ level }: Risk): Pick<Fact, "grave"> => (level === "high" ? { grave: "warning" } : {});

/** Whether a drop can be taken back, how well that was tried, and how to do it. */
export function undoFact(undo: Readiness, commits: number | null, time: LocalTime): Fact {
  const name = "Undo";
  const tag = plainText(undo.tag, 60);
  const words = readinessWords(undo, commits);
  const rehearsed =
    undo.rehearsedAt === null ? "never rehearsed" : `rehearsed ${time.time(undo.rehearsedAt)}`;
  if (undo.state === "ready")
    return { name, words: `${words}; ${rehearsed}; take it back with: dropclock undo ${tag}` };
  if (undo.state === "conflicts")
    return { name, words: `${words}; go by the runbook: dropclock runbook ${tag}`, grave: "warning" };
  return { name, words, ...(undo.state === "unknown" || undo.merged === false ? { grave: "warning" } : {}) };
}

function watchFact({ drop, watch }: Status, time: LocalTime): Fact {
  const name = "Watch";
  if (!drop) return { name, words: "nothing to watch yet" };
  if (watch.state === "open") {
    const end = watch.endsAt === null ? "" : ` until ${time.time(watch.endsAt)}`;
    return {
      name,
      words: `open: somebody must be watching${end} (${roughly(watch.remainingMs)} left)`,
      grave: "warning",
    };
  }
  if (watch.endsAt === null) return { name, words: "the policy sets no time to detect" };
  if (watch.remainingMs > 0) return { name, words: "closed: an incident is open on this drop" };
  return { name, words: `closed since ${time.time(watch.endsAt)}` };
}

function drillFact({ drills: { last, dueAt, overdue } }: Status, time: LocalTime): Fact {
  const name = "Drills";
  const before = last === null ? "none on record" : `last one ${time.time(last)}`;
  if (dueAt === null) return { name, words: `${before}; none is due` };
  if (overdue) return { name, words: `${before}; overdue since ${time.time(dueAt)}`, grave: "warning" };
  return { name, words: `${before}; the next is due ${time.time(dueAt)}` };
}

function ledgerFact(reading: Reading): Fact {
  const name = "Ledger";
  const { ledger, standing } = reading;
  const { log, skipped, doubted } = ledger;
  const held = log.size === 0 ? "no events yet" : counted(log.size, "event");
  const shared = `${standingWords(standing)}${WAYS_OUT[standing.state] ?? ""}`;
  const faults = [
    ...historyWarnings(reading),
    ...(skipped.length > 0 ? [`${counted(skipped.length, "entry", "entries")} could not be read`] : []),
    ...(doubted > 0 ? [`${counted(doubted, "event")} not entered by their author`] : []),
  ];
  const warning = faults.length > 0 || standing.state === "unreachable";
  const look = faults.length > 0 ? `; ${faults.join(", ")}; see: dropclock log` : "";
  const words = `${held}${look}; ${shared}`;
  return { name, words, ...(warning ? { grave: "warning" } : {}) };
}

const AGAIN = "; bring them into step with: dropclock sync";
const WAYS_OUT: Partial<Record<Standing["state"], string>> = {
  ahead: AGAIN,
  behind: AGAIN,
  diverged: AGAIN,
  unreachable: "; try again with: dropclock sync",
};

function incidentFact({ open, unlisted }: Status): Fact {
  const name = "Incidents";
  if (open.length === 0)
    return { name, words: 'none open; declare one with: dropclock incident open --title "…"' };
  const breached = breachedClocks(open).length;
  const all = `${open.length + unlisted} open`;
  if (breached === 0) return { name, words: all };
  const least = unlisted > 0 ? "at least " : "";
  return { name, words: `${all}, ${least}${counted(breached, "clock")} breached`, grave: "error" };
}

const short = (commit: string) => plainText(commit, 60).slice(0, 10);
