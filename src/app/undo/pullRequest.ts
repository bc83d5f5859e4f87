import { plainText } from "../../domain/text/plainText.ts";
import { remoteUrl } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import { type ForgeKind, type ForgeRepository, forgeHosts, forgeRepository } from "./forge.ts";
import type { UndoHost } from "./undoHost.ts";
import { type UndoPlan, undoMessage, undoTitle } from "./undoPlan.ts";

const PATIENCE_MS = 15_000;

/** What was opened, or where people open it themselves. */
interface Opened {
  words: string;
  url: string | null;
}

/** What a pull request says of itself. */
export interface RequestWords {
  title: string;
  body: string;
}

/**
 * Opens a pull request from the undo's branch into the release branch: at GitHub and GitLab through their API where
 * there is a token, else by a link to press. That it could not be opened is no failure of the undo: its branch is pushed.
 * @param offered The link that the remote gave when the branch was pushed.
 */
export async function openPullRequest(
  repository: Repository,
  plan: UndoPlan,
  host: Pick<UndoHost, "token">,
  offered: string | null,
  says: RequestWords = { title: undoTitle(plan), body: undoMessage(plan) },
): Promise<Opened> {
  const { branch, remote, undoBranch } = plan;
  const { git } = repository;
  const pushed = `pushed to ${plainText(remote ?? "", 60)}`;
  const byHand = (url: string | null, why = ""): Opened => ({
    words: url
      ? `${pushed}${why}; open the pull request: ${url}`
      : `${pushed}${why}; open a pull request for ${undoBranch} where the repository lives`,
    url,
  });
  if (!branch) return byHand(offered, "; there is no branch to merge it into");
  const at = forgeRepository(await remoteUrl(git, remote!), process.env, await forgeHosts(git));
  if (!at) return byHand(offered);
  const wish = { title: says.title, text: says.body, from: undoBranch, into: branch.name };
  const { link, open } = FORGES[at.kind];
  const token = await host.token(at);
  if (token === null) return byHand(link(at, wish));
  try {
    const { url, startsNoChecks } = await open(at, wish, token);
    const checks = startsNoChecks ? `. ${NO_CHECKS}` : "";
    return { words: `${pushed}; pull request ${url}${checks}`, url };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return byHand(link(at, wish), `, and the pull request could not be opened (${plainText(reason, 200)})`);
  }
}

const NO_CHECKS =
  "It was opened with the pipeline's own token, so no checks start: close and reopen it, or set the token of an app or a person";

interface PullRequestWish {
  title: string;
  /** Markdown. */
  text: string;
  from: string;
  into: string;
}

/** How a forge opens pull requests. */
interface Forge {
  /** The page on which a person opens it. */
  link(at: ForgeRepository, wish: PullRequestWish): string;
  /**
   * Opens it, or finds the one that is open already.
   * @throws {Error} with the forge's reason.
   */
  open(at: ForgeRepository, wish: PullRequestWish, token: string): Promise<Request>;
}

interface Request {
  url: string;
  /** The forge starts no pipeline for what this token does. */
  startsNoChecks: boolean;
}

const FORGES = {
  github: {
    link: ({ web }, { from, into }) => `${web}/compare/${encodeURI(into)}...${encodeURI(from)}?expand=1`,
    async open(at, { title, text, from, into }, token) {
      const address = `${at.api}/repos/${at.path}/pulls`;
      const headers = {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        authorization: `Bearer ${token}`,
      };
      const made = await ask(address, headers, { title, head: from, base: into, body: text });
      if (made.status === 201) return gitHubRequest(made.json);
      // It is there already: from an earlier press, or from another machine.
      const head = encodeURIComponent(`${at.owner}:${from}`);
      const query = `?state=open&head=${head}&base=${encodeURIComponent(into)}`;
      const found = made.status === 422 ? await ask(`${address}${query}`, headers) : null;
      if (Array.isArray(found?.json) && found.json.length > 0) return gitHubRequest(found.json[0]);
      throw new Error(`${at.host} answered ${made.status}${messageIn(made.json)}`);
    },
  },
  gitlab: {
    link: ({ web }, { from, into }) =>
      `${web}/-/merge_requests/new?${new URLSearchParams({
        "merge_request[source_branch]": from,
        "merge_request[target_branch]": into,
      })}`,
    async open(at, { title, text, from, into }, token) {
      const address = `${at.api}/projects/${encodeURIComponent(at.path)}/merge_requests`;
      const headers = { authorization: `Bearer ${token}` };
      const branches = { source_branch: from, target_branch: into };
      const body = { ...branches, title, description: text, remove_source_branch: true };
      const made = await ask(address, headers, body);
      if (made.status === 201) return { url: urlIn(made.json, "web_url"), startsNoChecks: false };
      const query = new URLSearchParams({ ...branches, state: "opened" });
      const found = made.status === 409 ? await ask(`${address}?${query}`, headers) : null;
      if (Array.isArray(found?.json) && found.json.length > 0)
        return { url: urlIn(found.json[0], "web_url"), startsNoChecks: false };
      throw new Error(`${at.host} answered ${made.status}${messageIn(made.json)}`);
    },
  },
} satisfies Record<ForgeKind, Forge>;

function gitHubRequest(json: unknown): Request {
  const { user } = (json ?? {}) as { user?: { login?: unknown } };
  return { url: urlIn(json, "html_url"), startsNoChecks: user?.login === "github-actions[bot]" };
}

/** @param body Left out: it is only looked at. */
async function ask(address: string, headers: Record<string, string>, body?: unknown) {
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(address, {
    method: body === undefined ? "GET" : "POST",
    // A redirect could carry the token to another host.
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { "user-agent": "dropclock", ...headers, ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: unknown = await response.json().catch(() => null);
  return { status: response.status, json };
}

function urlIn(json: unknown, key: string): string {
  const url = (json as Record<string, unknown> | null)?.[key];
  if (typeof url === "string" && /^https?:\/\/[^\s"'<>]+$/.test(url)) return url;
  throw new Error("the answer names no pull request");
}

const messageIn = (json: unknown) => {
  const { message } = (json ?? {}) as { message?: unknown };
  const text = Array.isArray(message) ? message.join(", ") : message;
  return typeof text === "string" ? `: ${text}` : "";
};
