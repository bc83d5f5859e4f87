import type { VoteObstacle } from "../../documents/pageMessages.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import { councilSubject, givenFor, isSamePerson } from "../../domain/gate/vote.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { mailOf, plainText, shownName } from "../../domain/text/plainText.ts";
import type { Project } from "../project/project.ts";
import { type CouncilReview, readCouncilReview } from "./councilReview.ts";
import { candidateNamed, type Governed, readGoverned } from "./governed.ts";

/** Longest reason that is put on record. */
const LONGEST_WHY = 500;

export interface RecordedVote {
  event: StoredEvent;
  /** As it stands with the entry. */
  review: CouncilReview;
  governed: Governed;
}

/** What is said, of which drop. */
export interface Speech {
  tag?: string | undefined;
  why?: string | undefined;
  /** The commit that the person was shown; left out: whatever the drop is now. */
  commit?: string | undefined;
}

/** Asks the council for its approval of a drop. */
export async function requestApproval(project: Project, { why, ...of }: Speech): Promise<RecordedVote> {
  return speak(project, of, "approval-requested", (review) => ({
    ...reasonOf(why),
    ...givenFor(review.matter),
  }));
}

/**
 * Approves a drop, for the risk that it has right now.
 * @throws {HumanError} where it would not count: what is of no use is not put on record.
 */
export async function approveDrop(project: Project, { why, ...of }: Speech): Promise<RecordedVote> {
  return speak(project, of, "approved", async (review, governed) => {
    await mustBeMember(project, governed);
    if (await isOwnWork(project, review))
      throw new HumanError(
        "refused",
        `Most of this drop's commits are yours, so your approval would not count; ask ${membersOf(governed, review)}.`,
      );
    return { ...reasonOf(why), ...givenFor(review.matter) };
  });
}

/** Rejects a drop: it stays shut until its author thinks better of it, or somebody overrides. */
export async function rejectDrop(project: Project, { why, ...of }: Speech): Promise<RecordedVote> {
  return speak(project, of, "rejected", async (review, governed) => {
    await mustBeMember(project, governed);
    return { ...reasonOf(why), ...givenFor(review.matter) };
  });
}

/** Opens the gate in spite of the council. It stands in the scorecard, the changelog and the post-mortem for good. */
export async function overrideCouncil(
  project: Project,
  { why, stage, ...of }: Speech & { stage?: string | undefined },
): Promise<RecordedVote> {
  const reason = plainText(why ?? "", LONGEST_WHY);
  if (reason === "") throw new HumanError("usage", 'An override needs a reason; add --why "…".');
  return speak(project, of, "override", (review, { release }) => {
    const { stages } = release.policy.policy;
    if (stage !== undefined && !stages.some(({ name }) => name === stage)) {
      const known = stages.map(({ name }) => plainText(name, 60)).join(", ") || "none";
      throw new HumanError("usage", `There is no stage “${plainText(stage, 60)}”; the policy has ${known}.`);
    }
    return { why: reason, ...(stage === undefined ? {} : { stage }), ...givenFor(review.matter) };
  });
}

/** What the council has said of a drop. */
async function hearDrop(project: Project, tag?: string): Promise<Omit<RecordedVote, "event">> {
  const governed = await readGoverned(project);
  return {
    governed,
    review: await readCouncilReview(project, governed, await candidateNamed(governed, tag)),
  };
}

async function speak(
  project: Project,
  { tag, commit }: Pick<Speech, "tag" | "commit">,
  type: string,
  dataOf: (review: CouncilReview, governed: Governed) => object | Promise<object>,
): Promise<RecordedVote> {
  const { governed, review } = await hearDrop(project, tag);
  const now = review.candidate.commit;
  if (commit !== undefined && commit !== now)
    throw new HumanError(
      "refused",
      `The drop has changed meanwhile (${now.slice(0, 10)} now), so nothing was put on record; look again.`,
    );
  const data = { ...(await dataOf(review, governed)) };
  const signed = type !== "approval-requested" && governed.release.policy.policy.council?.signed === true;
  const subject = councilSubject(review.candidate.commit);
  const [event] = await project.append([{ subject, type, data }], { signed });
  const after = await readGoverned(project);
  return {
    event: event!,
    governed: after,
    review: await readCouncilReview(project, after, review.candidate),
  };
}

const reasonOf = (why: string | undefined) => {
  const text = plainText(why ?? "", LONGEST_WHY);
  return text === "" ? {} : { why: text };
};

async function mustBeMember(project: Project, { release }: Governed): Promise<void> {
  const me = await project.author();
  const { council } = release.policy.policy;
  const branch = plainText(release.branch.name, 60);
  if (!council)
    throw new HumanError(
      "refused",
      `The policy on ${branch} has no council, so there is nothing to vote on.`,
    );
  if (isMember(council.members, me)) return;
  throw new HumanError(
    "refused",
    `${shownName(me)} (${plainText(mailOf(me), 80)}) is not a member of the council in the policy on ${branch}; its members are ${council.members.map((member) => plainText(member, 80)).join(", ")}.`,
  );
}

/**
 * Why a vote of whoever works here would not count, before it is cast; null: nothing is in the way.
 * `approve` has more in its way than `reject`.
 */
export async function ownVote(
  project: Project,
  governed: Governed,
  review: CouncilReview,
): Promise<{ approve: VoteObstacle | null; reject: VoteObstacle | null }> {
  const both = (obstacle: VoteObstacle) => ({ approve: obstacle, reject: obstacle });
  if (!project.trusted) return both({ code: "restricted" });
  const { council } = governed.release.policy.policy;
  if (!council) return both({ code: "no-council" });
  const me = await project.author().catch((error: unknown) => {
    if (error instanceof HumanError) return null;
    throw error;
  });
  if (me === null) return both({ code: "no-author" });
  if (!isMember(council.members, me)) {
    return both({ code: "not-a-member", members: council.members.map((member) => plainText(member, 80)) });
  }
  if (await isOwnWork(project, review)) {
    const others = review.approval.waitingFor.map((member) => plainText(member, 80));
    return { approve: { code: "main-author", others }, reject: null };
  }
  const approved = review.approval.approved.some(({ event }) => isSamePerson(event.by, me, review.personOf));
  return { approve: approved ? { code: "approved-already" } : null, reject: null };
}

const isMember = (members: readonly string[], person: string) =>
  members.some((member) => member.toLowerCase() === mailOf(person));

const isOwnWork = async (project: Project, { approval: { mainAuthor }, personOf }: CouncilReview) =>
  isSamePerson(mainAuthor, await project.author(), personOf);

const membersOf = (_: Governed, { approval }: CouncilReview) =>
  approval.waitingFor.map((member) => plainText(member, 80)).join(", ") || "another member";
