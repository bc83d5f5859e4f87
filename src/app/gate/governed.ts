import { isDeepStrictEqual } from "node:util";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { foldRelease, type Release, type ReleaseBranch } from "../../domain/release.ts";
import { resolveReleaseBranch } from "../../git/releaseBranch.ts";
import { releaseTags } from "../../git/releaseTags.ts";
import type { Repository } from "../../git/repository.ts";
import type { Project, Reading } from "../project.ts";
import { type BranchPolicy, readBranchPolicy } from "./branchPolicy.ts";
import { vouchedLog, WitnessReader } from "./witnesses.ts";

/** A release as the policy on its own branch sees it: what council and gate go by. */
export interface Governed {
  repository: Repository;
  reading: Reading;
  release: Release & { branch: ReleaseBranch };
  source: BranchPolicy["source"];
  /** Whether the policy in this work tree would judge otherwise. */
  differs: boolean;
}

/**
 * Reads a project for council and gate.
 * @throws {HumanError} where there is no release branch, or its policy cannot be read.
 */
export async function readGoverned(project: Project, reading?: Reading): Promise<Governed> {
  const read = reading ?? (await project.read());
  const { repository } = project;
  const { branch: here, branchMissing, policy } = read.release;
  if (!repository || !here)
    throw new HumanError("usage", branchMissing ?? "There is no git repository here.");
  const start = await startingBranch(repository, read, here);
  const found = await policyOf(repository, start, read);
  const branch = await branchOf(repository, found.policy, start);
  // The default branch may name another one as the release branch, and then that one's policy is the one.
  const counted = branch.ref === start.ref ? found : await policyOf(repository, branch, read);
  const facts = { ...read.facts, policy: { ...policy, policy: counted.policy }, branch };
  const tags = branch.commit === here.commit ? read.facts.tags : await releaseTags(repository, branch.commit);
  const signs = counted.policy.council?.signed === true;
  const events = signs
    ? await vouchedLog(new WitnessReader(repository, branch.commit), read.ledger, tags)
    : facts.events;
  const release = foldRelease({ ...facts, tags, events }, project.lookBackTo);
  const differs = !isDeepStrictEqual(lawsOf(counted.policy), lawsOf(policy.policy));
  return { repository, reading: read, release: { ...release, branch }, source: counted.source, differs };
}

/** Where to look for the policy: the remote's default branch, which no work tree decides; else the branch in force. */
async function startingBranch(
  repository: Repository,
  { release }: Reading,
  here: ReleaseBranch,
): Promise<ReleaseBranch> {
  const remote = release.policy.policy.ledger.remote ?? "origin";
  const found = await resolveReleaseBranch(repository, { branch: null, remote });
  return !("missing" in found) && found.ref.startsWith("refs/remotes/") ? found : here;
}

async function policyOf(
  repository: Repository,
  branch: ReleaseBranch,
  { release }: Reading,
): Promise<BranchPolicy> {
  const found = await readBranchPolicy(repository, branch, release.policy);
  if (found) return found;
  const name = plainText(branch.name, 60);
  throw new HumanError(
    "usage",
    `The policy on ${name} is broken, and so were all before it, so nobody can say what the gate asks; mend it there: dropclock policy check.`,
  );
}

async function branchOf(
  repository: Repository,
  policy: BranchPolicy["policy"],
  start: ReleaseBranch,
): Promise<ReleaseBranch> {
  if (policy.drops.branch === null || policy.drops.branch === start.name) return start;
  const wish = { branch: policy.drops.branch, remote: policy.ledger.remote ?? "origin" };
  const found = await resolveReleaseBranch(repository, wish);
  if ("missing" in found) throw new HumanError("usage", found.missing);
  return found;
}

/** What of a policy decides over a gate. */
const lawsOf = ({ drops, council, risk, flags, stages, signals }: BranchPolicy["policy"]) => ({
  tags: drops.tags,
  branch: drops.branch,
  council,
  risk,
  flags,
  stages,
  signals,
});
