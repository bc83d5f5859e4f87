export interface GitHubHost {
  /** Its name, such as `github.com`. */
  host: string;
  /** The beginning of its API's addresses. */
  api: string;
}

export interface GitHubRepository extends GitHubHost {
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
