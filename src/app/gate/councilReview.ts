import { isAtLeast, type Risk } from "../../domain/change/riskLevel.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { claim } from "../../domain/drop/dropHistory.ts";
import { type Candidate, dropNamed, previousOf, rangeOf } from "../../domain/drop/release.ts";
import { type Approval, foldApproval } from "../../domain/gate/approval.ts";
import { objectionsOf } from "../../domain/gate/gate.ts";
import { mainAuthor, type PersonOf } from "../../domain/gate/people.ts";
import { commitOf, councilSubject, type ReviewSubject } from "../../domain/gate/vote.ts";
import { POLICY_PATH, type Policy } from "../../domain/policy/policy.ts";
import { onlyHuman } from "../../domain/text/humanError.ts";
import { isAncestor } from "../../git/ancestry.ts";
import { DropReader, type DropSource } from "../../git/dropReader.ts";
import { fileOnBranch } from "../../git/fileVersions.ts";
import { type Commit, listCommits } from "../../git/history.ts";
import { RangeCommits } from "../../git/rangeCommits.ts";
import { touchedAmong } from "../../ledger/ledger.ts";
import { ProvenanceReader } from "../project/provenances.ts";
import type { Governed, Judging } from "./governed.ts";

/** How many changes of the policy on the anchor branch are looked at; before those it counts as it was then. */
const VERSIONS = 500;

/**
 * From where a drop is judged: the newest one before it that passed its own gate, by what is on record and by the policy
 * of when it shipped, or that is older than the council. A drop that was refused, or was never asked about, hides
 * nothing: what it holds is judged with the next one. Null: all of its history is judged.
 */
export async function judgedBase(
  project: Judging,
  governed: Governed,
  { previous }: Pick<Candidate, "previous">,
): Promise<JudgedFrom> {
  const { policy, source } = governed.release.policy;
  // Without a council, and before the branch has a policy, there is nothing that a drop could have failed.
  if (previous === null || !policy.council || source === "work-tree") return { base: previous, asked: [] };
  const reader = new DropReader(governed.repository);
  try {
    return await judged(project, governed, previous, reader);
  } finally {
    reader.close();
  }
}

async function judged(
  project: Judging,
  governed: Governed,
  previous: Drop,
  reader: DropReader,
): Promise<JudgedFrom> {
  const { repository, reading } = governed;
  const then = new PoliciesThen(project, governed, reader);
  const unjudged: { drop: Drop; policy: Policy }[] = [];
  let passed: Drop | null = null;
  for (let drop: Drop | null = previous; drop !== null; drop = previousOf(governed.release, drop)) {
    const policyThen = await then.policyOf(drop);
    if (!policyThen?.council) {
      passed = drop;
      break;
    }
    unjudged.push({ drop, policy: policyThen });
  }
  const whole = { from: passed?.commit ?? null, to: previous.commit };
  const read = { content: reader, commits: new RangeCommits(repository, reading.facts.graph, whole) };
  // The oldest first: each is judged from the one that passed before it.
  for (const each of unjudged.reverse()) {
    if (await passes(project, governed, { ...each, base: passed }, read)) passed = each.drop;
  }
  return { base: passed, asked: unjudged.map(({ drop }) => drop) };
}

interface JudgedFrom {
  base: Drop | null;
  /** The drops whose own gate was looked at. */
  asked: Drop[];
}

async function passes(
  project: Judging,
  governed: Governed,
  { drop, base, policy }: { drop: Drop; base: Drop | null; policy: Policy },
  read: CouncilReviewSource,
): Promise<boolean> {
  const scope = policy.scope ? { paths: policy.scope.paths } : {};
  const candidate = { tag: drop.tag, commit: drop.commit, previous: base, ...scope };
  const subject = councilSubject(drop.commit);
  // What was said of it is in doubt; an override would be as well.
  if (touchedAmong(governed.reading.ledger, [subject]).some(({ how }) => how !== "removed")) return false;
  // In most drops there is nothing to say for, or against.
  if (governed.release.log.of(subject).length === 0) {
    const { from } = policy.council!;
    // What the others say does not matter to it.
    const risk = policy.risk.filter((rule) => isAtLeast(rule.level, from));
    const { level } = await project.risks!.read({ ...policy, risk }, candidate, read.content);
    return !isAtLeast(level, from);
  }
  const { approval } = await hearingOf(project, governed, { candidate, base, policy }, read);
  return objectionsOf(approval).standing.length === 0;
}

/**
 * The policies on the anchor branch, by when drops came there. That is told by ancestry: dates are written by those who
 * are judged. What a commit of the branch holds came before the next change of the policy.
 */
class PoliciesThen {
  readonly #project: Judging;
  readonly #governed: Governed;
  readonly #reader: DropReader;
  readonly #found = new Map<string, Policy | "broken" | null>();
  #versions: Promise<string[]> | null = null;
  /** The newest version that does not hold the drop that was asked about last; older drops are held by more. */
  #next = 0;
  /** What the version at `next` holds. */
  #held: { version: string; owners: Int32Array } | null = null;

  constructor(project: Judging, governed: Governed, reader: DropReader) {
    this.#project = project;
    this.#governed = governed;
    this.#reader = reader;
  }

  /** Null: there was none yet. To be asked about each drop after those that build on it. */
  async policyOf({ commit }: Drop): Promise<Policy | null> {
    const { repository, anchor } = this.#governed;
    this.#versions ??= this.#project.remember(["policy versions", anchor.commit], async () =>
      (await fileOnBranch(repository, anchor.commit, POLICY_PATH, VERSIONS)).map((change) => change.commit),
    );
    const versions = await this.#versions;
    for (; this.#next < versions.length; this.#next++)
      if (!(await this.#isIn(commit, versions[this.#next]!))) break;
    for (const version of versions.slice(this.#next)) {
      const policy = await this.#at(version);
      // One that was broken was never in force.
      if (policy !== "broken") return policy;
    }
    return null;
  }

  /** Whether a version was made on what holds a commit. What the release branches reach is known without a process. */
  async #isIn(commit: string, version: string): Promise<boolean> {
    const { repository, reading } = this.#governed;
    const { graph } = reading.facts;
    const [older, newer] = [graph.indexOf(commit), graph.indexOf(version)];
    if (older < 0 || newer < 0) return isAncestor(repository, commit, version);
    if (this.#held?.version !== version) {
      const owners = new Int32Array(graph.size).fill(-1);
      claim(graph, newer, owners, 0);
      this.#held = { version, owners };
    }
    return this.#held.owners[older] === 0;
  }

  async #at(commit: string): Promise<Policy | "broken" | null> {
    const known = this.#found.get(commit);
    if (known !== undefined) return known;
    const policy = await this.#readAt(commit);
    this.#found.set(commit, policy);
    return policy;
  }

  async #readAt(commit: string): Promise<Policy | "broken" | null> {
    const { remember } = this.#project;
    const entry = await remember(["policy", commit], () => this.#reader.entry(commit, POLICY_PATH));
    if (!entry) return null;
    // Of several services each has its own in one text.
    const key = `${this.#project.service ?? ""} ${entry.oid}`;
    const known = READ.get(key);
    if (known) return known;
    const read = () => this.#reader.file(commit, POLICY_PATH);
    const text = entry.kind === "file" ? await remember(["text", key], read).catch(onlyHuman) : null;
    const policy = (text === null ? null : await this.#project.policyIn(text)) ?? "broken";
    if (READ.size >= REMEMBERED) READ.clear();
    READ.set(key, policy);
    return policy;
  }
}

/** What blobs say as policies never changes. */
const READ = new Map<string, Policy | "broken">();
const REMEMBERED = 100;

/** Enough to tell whose work a drop is. */
const READ_COMMITS = 2_000;

/** A drop before the council: what it holds, how risky it is, and what was said of it. */
export interface CouncilReview {
  candidate: Candidate;
  /** From which drop it is judged: the newest before it that passed its own gate; null: from the beginning. */
  base: Drop | null;
  /** The drops whose own gate was looked at to find that out. */
  asked: readonly Drop[];
  /** Since the base. */
  commits: Commit[];
  risk: Risk;
  matter: ReviewSubject;
  approval: Approval;
  personOf: PersonOf;
}

/** From where the content of many drops is read at once. */
interface CouncilReviewSource {
  content: DropSource;
  commits: Pick<RangeCommits, "list">;
}

/**
 * Reads what the council is to judge, and what it has said.
 * @throws {HumanError} when the commits of the drop are not all here.
 */
export async function readCouncilReview(
  project: Judging,
  governed: Governed,
  candidate: Candidate,
): Promise<CouncilReview> {
  const { base, asked } = await judgedBase(project, governed, candidate);
  const { policy } = governed.release.policy;
  return { ...(await hearingOf(project, governed, { candidate, base, policy })), asked };
}

/** The same by another policy, from another drop. */
async function hearingOf(
  project: Judging,
  governed: Governed,
  { candidate, base, policy }: { candidate: Candidate; base: Drop | null; policy: Policy },
  read: CouncilReviewSource | null = null,
): Promise<Omit<CouncilReview, "asked">> {
  const { repository, release, reading, anchor, council: entries } = governed;
  const judged = { ...candidate, previous: base };
  const onCommit = entries.filter((event) => commitOf(event) === candidate.commit);
  const [risk, commits, provenanceOf, personOf] = await Promise.all([
    project.risks!.read(policy, judged, read?.content),
    read
      ? read.commits.list(rangeOf(judged), READ_COMMITS)
      : listCommits(repository, rangeOf(judged), READ_COMMITS),
    ProvenanceReader.of(repository).read(reading.ledger, onCommit, {
      anchor: anchor.commit,
      signed: policy.council?.signed ?? false,
    }),
    governed.personOf(),
  ]);
  const matter: ReviewSubject = { base: base?.commit ?? null, risk };
  const own = dropNamed(release, candidate.tag);
  const approval = foldApproval({
    council: policy.council,
    matter,
    commit: candidate.commit,
    mainAuthor: mainAuthor(commits, personOf),
    personOf,
    events: entries,
    between: { since: base?.shippedAt ?? null, until: own?.shippedAt ?? null },
    otherDrops: new Set(release.drops.map(({ commit }) => commit)),
    provenanceOf,
  });
  return { candidate, base, commits, risk, matter, approval, personOf };
}
