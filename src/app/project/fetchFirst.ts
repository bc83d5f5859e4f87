import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Anchor } from "../../git/anchor.ts";
import { committedAt } from "../../git/history.ts";
import { askRemote, fetchBranch } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import type { Project } from "./project.ts";
import { unreadLedger } from "./sharing.ts";

/**
 * Brings the ledger into step with the team's, and the release branch with its policy and its tags to what the remote
 * has: whoever judges must not judge by what was there yesterday. The work tree and local branches stay as they are.
 * @throws {HumanError} `service` where the remote cannot be reached.
 */
export async function fetchFirst(project: Project): Promise<void> {
  const { repository } = project;
  if (!repository) return;
  const anchor = await anchorAtRemote(project, repository);
  if (!anchor?.remote || !anchor.published) return;
  await fetched(repository, anchor.remote, anchor.branch);
  // Only the policy that has just come says where drops are released from, and whether the ledger is shared.
  const { drops } = (await project.policy()).policy;
  const more = branchToFetch(drops.branch, anchor.branch);
  const [{ state, reason, readOnly }] = await Promise.all([
    project.sync(),
    more === null ? null : fetched(repository, anchor.remote, more),
  ]);
  // Whoever may only read judges all the same by what the team has.
  if (state === "unreachable" && !readOnly) throw unreachable(anchor.remote, reason ?? "");
}

/** The same where one can do without: the reason why not, as a sentence; null where all is up to date. */
export async function fetchIfOnline(project: Project): Promise<string | null> {
  try {
    await fetchFirst(project);
    return null;
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    const { repository } = project;
    const anchor = await project.anchor();
    if (!repository || !anchor || "missing" in anchor) return error.message;
    const at = await committedAt(repository, anchor.commit);
    return `${error.message} It goes by the policy on ${plainText(anchor.branch, 60)} as of ${formatInstant(at)} (${anchor.commit.slice(0, 10)}).`;
  }
}

/**
 * The same for what sums the record up: where it cannot be fetched, what was fetched before counts, and the reason is
 * given.
 * @throws {HumanError} `service` where it was never fetched: what is recorded here alone is not the team's. And where
 *   there is no repository, as in an unpacked archive: pages without incidents would replace those that tell of them.
 */
export async function fetchRecord(project: Project): Promise<string | null> {
  if (!project.repository) throw withoutRecord(project.root);
  const offline = await fetchIfOnline(project);
  if (offline === null) return null;
  const { standing } = await project.read();
  if (standing.remote !== null && standing.state !== "none" && !standing.seen)
    throw unreadLedger(standing.remote, standing.reason ?? offline);
  return offline;
}

const withoutRecord = (root: string) =>
  new HumanError(
    "service",
    `${plainText(root)} is not a git repository, so nothing is known of incidents; run this in a clone.`,
  );

/** The remote says what its default branch is where nobody here knows. Null: there is nothing to fetch. */
async function anchorAtRemote(project: Project, repository: Repository): Promise<Anchor | null> {
  const known = await project.anchor();
  if (!known) return null;
  if ("commit" in known && (known.remote === null || known.published)) return known;
  // What is wrong with the clone's own settings is told by whoever needs them.
  if (known.remote === null || ("missing" in known && known.code === "remote")) return null;
  const named = "missing" in known && known.code === "branch" ? known.branch : null;
  const asked = await askRemote(repository.git, known.remote, named);
  if (typeof asked === "object") throw new HumanError("service", asked.missing);
  const found = await project.anchor();
  return found && "commit" in found ? found : null;
}

/** Where patterns name the release branches, all branches come: the remote knows no such patterns. */
function branchToFetch(wanted: string | readonly string[] | null, anchor: string): string | null {
  if (wanted === null || wanted === anchor) return null;
  return typeof wanted === "string" ? wanted : "*";
}

async function fetched(repository: Repository, remote: string, branch: string): Promise<void> {
  const outcome = await fetchBranch(repository, remote, branch, { tags: true });
  if (outcome !== null) throw unreachable(remote, `${plainText(branch, 60)}: ${outcome}`);
}

/** As git and the forges say it. */
const DENIED =
  /could not read (?:Username|Password)|Authentication failed|Permission denied|access denied|returned error: 40[13]|Repository not found/i;

function unreachable(remote: string, reason: string): HumanError {
  const name = plainText(remote, 60);
  const wayOut = DENIED.test(reason)
    ? `give this clone access to ${name} (in a pipeline: a token that may read, kept by the checkout)`
    : "try again online";
  return new HumanError(
    "service",
    `${name} cannot be reached (${plainText(reason, 200)}), so what the team has is not known; ${wayOut}.`,
  );
}
