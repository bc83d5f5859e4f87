import { impactOf, suggestTag } from "../../domain/change/nextTag.ts";
import { riskWords } from "../../domain/change/riskLevel.ts";
import { shippedEvents } from "../../domain/drop/drop.ts";
import {
  type Candidate,
  dropNamed,
  nextDrop,
  nextDropNamed,
  type Release,
  rangeOf,
} from "../../domain/drop/release.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import { refComplaint } from "../../domain/text/gitNames.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText, shellWord } from "../../domain/text/plainText.ts";
import { nameMatcher, patternWords } from "../../domain/text/tagNames.ts";
import { commitLog } from "../../git/history.ts";
import { adoptTag, allTags, makeTag, pushTag, removeTag } from "../../git/push.ts";
import type { Project } from "../project/project.ts";
import { candidateNamed, type Governed, readGoverned } from "./governed.ts";
import { type GateReading, readGate, type SourceOpener } from "./readGate.ts";

/** Enough to tell whether a drop breaks something, or brings something new. */
const READ_COMMITS = 2_000;

interface ShipWish {
  tag: string;
  /** The commit that was agreed to; left out: whatever is on the release branch now. */
  commit?: string;
  /** Whether to push it; asked only once nothing stands in the way. */
  push: () => Promise<boolean>;
  sources: SourceOpener;
}

export interface Shipped {
  reading: GateReading;
  tag: string;
  commit: string;
  /** What was done now; all false where the gate is shut, or nothing was left to do. */
  tagged: boolean;
  pushed: boolean;
  recorded: boolean;
  /** The remote that has the tag, or could have it; null where there is none. */
  remote: string | null;
}

/**
 * Ships the next drop under a name: makes the annotated tag, pushes it where that is wanted, and puts on record what
 * shipped, which opens the watch window. Of a tag that was made elsewhere it does what is left. Nothing is done while
 * the gate is shut: then the reading says why.
 * @throws {HumanError} where the name cannot be one of a drop, or nothing is new.
 */
export async function shipDrop(
  project: Project,
  { tag, commit: agreed, push, sources }: ShipWish,
): Promise<Shipped> {
  const governed = await readGoverned(project);
  const { repository } = governed;
  checkName(governed, tag);
  const exists = (await allTags(repository)).includes(tag);
  const candidate = exists ? await candidateNamed(governed, tag) : newCandidate(governed, tag);
  const reading = await readGate(project, governed, candidate, { ship: true, sources });
  const { commit } = candidate;
  if (agreed !== undefined && agreed !== commit)
    throw new HumanError(
      "refused",
      `The drop has changed meanwhile (${commit.slice(0, 10)} now), so nothing was tagged; look again.`,
    );
  const { remote } = governed.anchor;
  const done = { reading, tag, commit, tagged: false, pushed: false, recorded: false, remote };
  if (!reading.gate.open) return done;
  if (!exists) await makeTag(repository, tag, commit, tagMessage(tag, reading));
  done.tagged = !exists;
  if (await push()) {
    const theirs = (await send(governed, { tag, remote, made: done.tagged })) === "theirs";
    done.pushed = true;
    done.tagged &&= !theirs;
  }
  done.recorded = await recordShipped(project, governed, tag, commit);
  return done;
}

/** The name that the policy's pattern and the drops so far suggest; null where they do not. */
export async function suggestedTag(
  project: Project,
  { repository, release }: Governed,
): Promise<string | null> {
  const next = nextDrop(release) ?? { tag: null, commit: release.branch.commit, previous: release.current };
  const [taken, commits] = await Promise.all([
    allTags(repository),
    commitLog(repository, rangeOf(next), READ_COMMITS),
  ]);
  return suggestTag({
    patterns: release.policy.policy.drops.tags,
    taken,
    now: project.now(),
    after: next.previous?.tag ?? null,
    impact: impactOf(commits.map(({ message }) => message)),
  });
}

function newCandidate({ release }: Governed, tag: string): Candidate {
  const next = nextDropNamed(release, tag);
  if (next) return next;
  const { current } = release;
  const since = current ? ` since ${plainText(current.tag, 60)}` : "";
  throw new HumanError(
    "usage",
    `Nothing is new on ${plainText(release.branch.name, 60)}${since}, so there is nothing to ship.`,
  );
}

function checkName(governed: Governed, tag: string): void {
  const complaint = nameComplaint(governed, tag);
  if (complaint !== null) throw new HumanError("usage", complaint);
}

/** Why a tag cannot be that of a drop, as a sentence; null where it can. */
export function nameComplaint({ release }: Governed, tag: string): string | null {
  const name = plainText(tag, 80);
  const complaint = refComplaint(tag);
  if (complaint) return `The tag “${name}” ${complaint.text}.`;
  const patterns = release.policy.policy.drops.tags;
  if (nameMatcher(patterns)(tag)) return null;
  return `The tag “${name}” does not match “${plainText(patternWords(patterns), 80)}”, so it would be no drop; choose a name that does.`;
}

/** What git keeps with the tag: how risky the drop was, and by whose word it shipped. */
function tagMessage(tag: string, { risk, approval }: GateReading): string {
  const approved = approval.approved.map(({ event }) => `Approved-by: ${plainText(event.by, 200)}`);
  const overridden = approval.overrides.map(
    ({ by, data }) => `Overridden-by: ${plainText(by, 200)} (${plainText(String(data.why), 200)})`,
  );
  return `${[tag, "", `Risk: ${riskWords(risk)}`, ...approved, ...overridden].join("\n")}\n`;
}

async function send(
  { repository }: Governed,
  { tag, remote, made }: { tag: string; remote: string | null; made: boolean },
): Promise<"sent" | "theirs"> {
  const name = plainText(tag, 80);
  if (remote === null)
    throw new HumanError(
      "usage",
      `${name} is tagged here, and there is no remote to push it to; leave --push out.`,
    );
  const answer = await pushTag(repository, remote, tag);
  if (answer.pushed) return "sent";
  if (answer.taken && made && (await adoptTag(repository, remote, tag))) return "theirs";
  if (answer.taken) throw await takenElsewhere(repository, { name, tag, remote, made });
  throw new HumanError(
    "service",
    `${name} is tagged here, but ${plainText(remote, 60)} does not have it: ${plainText(answer.reason, 300)}; try again with: dropclock drop ship ${name} --push`,
  );
}

/** Somebody else was faster. A tag of ours beside it would pass for a drop here, and here alone. */
async function takenElsewhere(
  repository: Governed["repository"],
  { name, tag, remote, made }: { name: string; tag: string; remote: string; made: boolean },
): Promise<HumanError> {
  if (made) await removeTag(repository, tag);
  const here = made
    ? "was taken away again"
    : `is another one: take it away with git tag -d ${shellWord(tag)}`;
  return new HumanError(
    "refused",
    `${plainText(remote, 60)} has another ${name} already, so nothing was shipped; the one here ${here}. Ship under another name.`,
  );
}

/**
 * The tag's own instant for one that was made elsewhere, so that its clocks count from when it shipped. Where a tag has
 * none, nobody has said so before: it ships now.
 */
async function recordShipped(
  project: Project,
  { release, reading }: Governed,
  tag: string,
  commit: string,
): Promise<boolean> {
  const subject = `drop/${tag}`;
  if (shippedEvents(new Map([[subject, ownEvents(release, subject)]])).size > 0) return false;
  const drop = dropNamed(release, tag);
  const at = drop && !drop.shippedAssumed ? { at: drop.shippedAt } : {};
  // Whoever finds that the history of the ledger does not lead back to this head knows that it was rewritten.
  const { head } = reading.ledger;
  const data = { commit, ...(head === null ? {} : { ledger: head }) };
  const signed = release.policy.policy.council?.signed === true;
  await project.append([{ subject, type: "shipped", ...at, data }], { signed });
  return true;
}

/**
 * Retracts what is on record of the shipping of a tag: a drop whose tag was deleted is none any more then.
 * @throws {HumanError} where nothing is on record.
 */
export async function retractShipped(project: Project, tag: string, why: string): Promise<StoredEvent> {
  const { release } = await project.read();
  const subject = `drop/${tag}`;
  const event = shippedEvents(new Map([[subject, ownEvents(release, subject)]])).get(tag);
  if (!event)
    throw new HumanError(
      "usage",
      `There is no record that ${plainText(tag, 80)} shipped; see: dropclock log.`,
    );
  const reason = plainText(why, 500);
  if (reason === "") throw new HumanError("usage", "Enter a reason; it is recorded.");
  const signed = release.policy.policy.council?.signed === true;
  const data = { event: event.id, why: reason };
  const [entry] = await project.append([{ subject, type: "retracted", data }], { signed });
  return entry!;
}

/** Of this name alone, not of the others on its commit. */
const ownEvents = (release: Release, subject: string) =>
  release.log.of(subject).filter((event) => event.subject === subject);
