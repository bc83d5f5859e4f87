import { plainText } from "../../domain/text/plainText.ts";
import { remoteUrl } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import type { Operator } from "./operator.ts";
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
 * Opens a pull request from the undo's branch into the release branch: at GitHub through its API where there is a
 * token, else by a link to press. That it could not be opened is no failure of the undo: its branch is pushed.
 * @param offered The link that the remote gave when the branch was pushed.
 */
export async function openPullRequest(
  repository: Repository,
  plan: UndoPlan,
  operator: Pick<Operator, "token">,
  offered: string | null,
  says: RequestWords = { title: undoTitle(plan), body: undoMessage(plan) },
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
    const url = await request(at, token, { ...says, head: plan.undoBranch, base: branch.name });
    return { words: `${pushed}; pull request ${url}`, url };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return byHand(compare, `, and the pull request could not be opened (${plainText(reason, 200)})`);
  }
}

async function request(
  at: GitHubRepository,
  token: string,
  body: RequestWords & { head: string; base: string },
): Promise<string> {
  const { status, json } = await ask(at, token, "POST", "/pulls", body);
  if (status === 201) return urlOf(json);
  // It is there already: from an earlier press, or from another machine.
  const head = `${at.owner}:${body.head}`;
  const query = `/pulls?state=open&head=${encodeURIComponent(head)}&base=${encodeURIComponent(body.base)}`;
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

interface GitHubHost {
  /** Its name, such as `github.com`. */
  host: string;
  /** The beginning of its API's addresses. */
  api: string;
}

interface GitHubRepository extends GitHubHost {
  owner: string;
  /** `owner/name`. */
  path: string;
  /** Its page. */
  web: string;
}

/**
 * The repository at GitHub that an address of a remote means; null for another host. An enterprise server is known by
 * the variables that its own pipelines set (GITHUB_SERVER_URL, GITHUB_API_URL).
 */
export function gitHubRepository(
  address: string | null,
  environment: NodeJS.ProcessEnv,
): GitHubRepository | null {
  const { host, path } = placeOf(address ?? "");
  const known = hostOf(host, environment);
  const [owner, name, ...more] = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  if (!known || !owner || !name || more.length > 0 || !isName(owner) || !isName(name)) return null;
  return { ...known.host, owner, path: `${owner}/${name}`, web: `${known.web}/${owner}/${name}` };
}

// `https://host/path`, `ssh://git@host:22/path`, `git@host:path`.
function placeOf(address: string): { host: string; path: string } {
  if (/^[a-z+]+:\/\//i.test(address) && URL.canParse(address)) {
    const { hostname, pathname } = new URL(address);
    return { host: hostname, path: pathname };
  }
  const [, host = "", path = ""] = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(address) ?? [];
  return { host: host.toLowerCase(), path };
}

function hostOf(host: string, environment: NodeJS.ProcessEnv): { host: GitHubHost; web: string } | null {
  const server = environment.GITHUB_SERVER_URL;
  if (server && URL.canParse(server) && new URL(server).hostname === host) {
    const { origin } = new URL(server);
    const api = environment.GITHUB_API_URL ?? (host === "github.com" ? GITHUB_API : `${origin}/api/v3`);
    return { host: { host, api }, web: origin };
  }
  return host === "github.com" || host === "ssh.github.com"
    ? { host: { host: "github.com", api: GITHUB_API }, web: "https://github.com" }
    : null;
}

const GITHUB_API = "https://api.github.com";

const isName = (text: string) => /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
