import { HumanError } from "../../domain/humanError.ts";
import { foldRelease, type Release, type ReleaseBranch } from "../../domain/release.ts";
import type { Anchor } from "../../git/anchor.ts";
import type { Repository } from "../../git/repository.ts";
import type { Project, Reading } from "../project.ts";
import { countedLog } from "./witnesses.ts";

/** What judging needs of a project. */
export type Judging = Pick<
  Project,
  "repository" | "risks" | "read" | "clockGiven" | "lookBackTo" | "policyIn"
>;

/** A project that may be judged: its release branch and the policy in force are known. */
export interface Governed {
  repository: Repository;
  anchor: Anchor;
  reading: Reading;
  release: Release & { branch: ReleaseBranch };
}

/**
 * Reads a project for council and gate.
 * @throws {HumanError} where remote, branch or policy in force are not known: what cannot be read opens no gate.
 */
export async function readGoverned(project: Judging, reading?: Reading): Promise<Governed> {
  const read = reading ?? (await project.read());
  const { repository } = project;
  const { release, anchor } = read;
  const { branch, branchMissing, policy } = release;
  if (!repository || !branch || !anchor || "missing" in anchor) {
    const unread = anchor && "missing" in anchor && anchor.code !== "no-commits";
    throw new HumanError(unread ? "service" : "usage", branchMissing ?? "There is no git repository here.");
  }
  if (policy.doubt !== undefined) throw new HumanError("usage", policy.doubt);
  const events = await countedLog(project, { repository, anchor, reading: read });
  const counted = events === null ? release : foldRelease({ ...read.facts, events }, project.lookBackTo);
  return { repository, anchor, reading: read, release: Object.assign(counted, { branch }) };
}
