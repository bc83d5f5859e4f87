import type { Git } from "../../git/git.ts";

/** Where repositories are hosted, and pull requests are opened: what their addresses mean, and which token is theirs. */

export type ForgeKind = "github" | "gitlab";

/** A repository at a forge. */
export interface ForgeRepository {
  kind: ForgeKind;
  /** Its name, such as `github.com`. */
  host: string;
  /** The beginning of its API's addresses. */
  api: string;
  owner: string;
  /** `owner/name`; at GitLab with all groups. */
  path: string;
  /** Its page. */
  web: string;
}

/** Addresses, such as `https://git.example.com`, of servers that the clone knows as such. */
export type ForgeHosts = Readonly<Record<ForgeKind, readonly string[]>>;

const NO_HOSTS: ForgeHosts = { github: [], gitlab: [] };

/**
 * The servers that git's configuration names: `dropclock.github` and `dropclock.gitlab`, each as often as there are
 * some, as a host's name or an address. One process.
 */
export async function forgeHosts(git: Git): Promise<ForgeHosts> {
  const args = ["config", "-z", "--get-regexp", "^dropclock\\.(github|gitlab)$"];
  const { code, stdout, stderr } = await git.ask(args);
  // 1: there are none.
  if (code !== 0 && code !== 1) throw git.failure(args, { code, stderr });
  const entries = stdout.split("\0").filter(Boolean);
  const named = (kind: ForgeKind) =>
    entries.flatMap((entry) => {
      const [key, value = ""] = entry.split("\n");
      return key === `dropclock.${kind}` ? originOf(value) : [];
    });
  return { github: named("github"), gitlab: named("gitlab") };
}

/** A token goes to no server without encryption, but one on this machine. */
function originOf(value: string): string[] {
  const text = /^https?:\/\//.test(value) ? value : `https://${value}`;
  if (!URL.canParse(text)) return [];
  const { protocol, hostname, origin } = new URL(text);
  return protocol === "https:" || /^(localhost|127\.[\d.]+)$/.test(hostname) ? [origin] : [];
}

/**
 * The repository that an address of a remote means; null where it is at no forge that is known: github.com and
 * gitlab.com, the one whose pipeline this runs in, and those that the clone's configuration names.
 */
export function forgeRepository(
  address: string | null,
  environment: NodeJS.ProcessEnv,
  hosts: ForgeHosts = NO_HOSTS,
): ForgeRepository | null {
  const { host, path } = placeOf(address ?? "");
  const known = gitHubAt(host, environment, hosts) ?? gitLabAt(host, environment, hosts);
  const names = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  const isWhole = known?.kind === "gitlab" ? names.length >= 2 : names.length === 2;
  if (!known || !isWhole || !names.every(isName)) return null;
  const whole = names.join("/");
  return { ...known, owner: names[0]!, path: whole, web: `${known.web}/${whole}` };
}

/** The variables in which a token for a host is looked for, the first that is set counts. */
export function tokenVariables(
  { kind, host }: Pick<ForgeRepository, "kind" | "host">,
  environment: NodeJS.ProcessEnv,
) {
  const own = `DROPCLOCK_TOKEN_${host.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  if (kind === "gitlab") {
    const isRun = hostnameOf(environment.CI_SERVER_URL) === host;
    return [
      own,
      ...(isRun ? ["DROPCLOCK_TOKEN"] : []),
      ...(isRun || host === "gitlab.com" ? ["GITLAB_TOKEN"] : []),
    ];
  }
  const isRun = hostnameOf(environment.GITHUB_SERVER_URL) === host;
  if (isRun || host === "github.com") return [own, "GITHUB_TOKEN", "GH_TOKEN"];
  // As GitHub's own command line has it: for the one server that it names, or for any.
  const isMeant = !environment.GH_HOST || environment.GH_HOST === host;
  return [own, ...(isMeant ? ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"] : [])];
}

/** The token for a forge; null where there is none. */
export function tokenFor(
  repository: Pick<ForgeRepository, "kind" | "host">,
  environment: NodeJS.ProcessEnv,
): string | null {
  for (const name of tokenVariables(repository, environment)) if (environment[name]) return environment[name];
  return null;
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

type ForgeHost = Pick<ForgeRepository, "kind" | "host" | "api" | "web">;

function gitHubAt(host: string, environment: NodeJS.ProcessEnv, hosts: ForgeHosts): ForgeHost | null {
  const github = (web: string, api: string): ForgeHost => ({
    kind: "github",
    host: new URL(web).hostname,
    api,
    web,
  });
  const { GITHUB_SERVER_URL: server, GITHUB_API_URL: api } = environment;
  if (server && hostnameOf(server) === host)
    return github(new URL(server).origin, api ?? gitHubApi(new URL(server)));
  if (host === "github.com" || host === "ssh.github.com") return github("https://github.com", GITHUB_API);
  const origin = hosts.github.find((each) => hostnameOf(each) === host);
  return origin === undefined ? null : github(origin, gitHubApi(new URL(origin)));
}

/** Of a server of one's own it is a folder, of an enterprise's own domain at GitHub a host beside it. */
function gitHubApi({ hostname, origin }: URL): string {
  if (hostname === "github.com") return GITHUB_API;
  return hostname.endsWith(".ghe.com") ? `https://api.${hostname}` : `${origin}/api/v3`;
}

function gitLabAt(host: string, environment: NodeJS.ProcessEnv, hosts: ForgeHosts): ForgeHost | null {
  const gitlab = (web: string, api = `${web}/api/v4`): ForgeHost => ({ kind: "gitlab", host, api, web });
  const { CI_SERVER_URL: server, CI_API_V4_URL: api } = environment;
  if (server && hostnameOf(server) === host) return gitlab(server.replace(/\/+$/, ""), api);
  if (host === "gitlab.com") return gitlab("https://gitlab.com");
  const origin = hosts.gitlab.find((each) => hostnameOf(each) === host);
  return origin === undefined ? null : gitlab(origin);
}

const GITHUB_API = "https://api.github.com";

const hostnameOf = (address: string | undefined) =>
  address && URL.canParse(address) ? new URL(address).hostname : null;

const isName = (text: string) => /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
