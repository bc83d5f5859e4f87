import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { fetchBranch } from "../../git/pushBranch.ts";
import type { Project } from "../project.ts";

/**
 * Brings the ledger into step with the team's, and the release branch with its tags to what the remote has: whoever
 * approves must not approve what was there yesterday. Gives what could not be reached, as sentences; never throws for
 * that. The work tree and local branches stay as they are.
 */
export async function bringUpToDate(project: Project): Promise<string[]> {
  const { repository } = project;
  if (project.lookBackTo !== null || !repository) return [];
  const troubles: string[] = [];
  try {
    const { state, reason } = await project.sync();
    if (state === "unreachable") {
      return [`The team cannot be reached (${plainText(reason ?? "")}), so what is here counts.`];
    }
    const { branch, policy } = (await project.read()).release;
    const { remote } = policy.policy.ledger;
    if (remote === null || !branch?.ref.startsWith(`refs/remotes/${remote}/`)) return [];
    if (await fetchBranch(repository, remote, branch.name, { tags: true })) return [];
    troubles.push(
      `${plainText(branch.name, 60)} cannot be fetched from ${plainText(remote, 60)}, so what is here of it counts.`,
    );
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    troubles.push(error.message);
  }
  return troubles;
}
