import { plainText } from "../../domain/text/plainText.ts";
import { remoteUrl } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import { type GitHubHost, type GitHubRepository, gitHubRepository } from "./gitHubRepository.ts";
import type { Operator } from "./operator.ts";
import { undoMessage, undoTitle } from "./undoMessage.ts";
import type { UndoPlan } from "./undoPlan.ts";

const PATIENCE_MS = 15_000;

/** What was opened, or where people open it themselves. */
export interface Opened {
  words: string;
  url: string | null;
}

/**
 * Opens a pull request from the undo's branch into the release branch: at GitHub through its API where there is a
 * token, else by a link to press. That it could not be opened is no failure of the undo: its branch is pushed.
 * @param offered The link that the remote gave when the branch was pushed.
 */
export async function openPullRequest(
  repository: Repository,
  plan: UndoPlan,
  operator: Pick<Operator, "token">,
  offered: string | null,
): Promise<Opened> {
  const { branch, remote, undoBranch } = plan;
  const pushed = `pushed to ${plainText(remote ?? "", 60)}`;
  const byHand = (url: string | null, why = ""): Opened => ({
    words: url
      ? `${pushed}${why}; open the pull request: ${url}`
      : `${pushed}${why}; open a pull request for ${undoBranch} where the repository lives`,
    url,
  });
  if (!branch) return byHand(offered, "; there is no branch to merge it into");
  const at = gitHubRepository(await remoteUrl(repository.git, remote!), process.env);
  if (!at) return byHand(offered);
  const compare = `${at.web}/compare/${encodeURI(branch.name)}...${encodeURI(undoBranch)}?expand=1`;
  const token = await operator.token(at.host);
  if (token === null) return byHand(compare);
  try {
    const url = await request(at, token, plan, branch.name);
    return { words: `${pushed}; pull request ${url}`, url };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return byHand(compare, `, and the pull request could not be opened (${plainText(reason, 200)})`);
  }
}

async function request(at: GitHubRepository, token: string, plan: UndoPlan, base: string): Promise<string> {
  const body = { title: undoTitle(plan), head: plan.undoBranch, base, body: undoMessage(plan) };
  const { status, json } = await ask(at, token, "POST", "/pulls", body);
  if (status === 201) return urlOf(json);
  // It is there already: from an earlier press, or from another machine.
  const head = `${at.owner}:${plan.undoBranch}`;
  const query = `/pulls?state=open&head=${encodeURIComponent(head)}&base=${encodeURIComponent(base)}`;
  if (status === 422) {
    const found = await ask(at, token, "GET", query);
    if (Array.isArray(found.json) && found.json.length > 0) return urlOf(found.json[0]);
  }
  throw new Error(`${at.host} answered ${status}${messageIn(json)}`);
}

async function ask(
  at: GitHubHost & { path: string },
  token: string,
  method: string,
  where: string,
  body?: unknown,
) {
  const response = await fetch(`${at.api}/repos/${at.path}${where}`, {
    method,
    // A redirect could carry the token to another host.
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "dropclock",
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: unknown = await response.json().catch(() => null);
  return { status: response.status, json };
}

function urlOf(json: unknown): string {
  const url = (json as { html_url?: unknown } | null)?.html_url;
  if (typeof url === "string" && /^https?:\/\/[^\s"'<>]+$/.test(url)) return url;
  throw new Error("the answer names no pull request");
}

const messageIn = (json: unknown) => {
  const message = (json as { message?: unknown } | null)?.message;
  return typeof message === "string" ? `: ${message}` : "";
};
