/** The pages of a repository at its forge. All are full addresses that are safe in Markdown. */
export interface Forge {
  kind: "github" | "gitlab" | "bitbucket" | "bitbucket-server" | "gitea" | "azure";
  /** The repository's own page. */
  web: string;
  commit(sha: string): string;
  issue(number: string): string;
  pull(number: string): string;
  /** The difference between two tags; for the first one, its own page. */
  release(tag: string, previous: string | null): string;
}

/** Where a remote lives: `https://host:3000/acme/shop.git`, `ssh://git@host:22/…`, `git@host:acme/shop.git`. */
interface Place {
  /** With its port where pages have it too. */
  origin: string;
  host: string;
  /** Parts of the path, plain. */
  path: string[];
}

/**
 * The forge that a remote's address belongs to; null if the addresses of its pages are unknown: another host, a path
 * on this machine. A user name or password in the address is in none of them.
 */
export function forgeOf(address: string | null): Forge | null {
  const place = address === null ? null : placeOf(address);
  if (!place) return null;
  const { host } = place;
  if (host === "github.com" || named("github", host) || host.endsWith(".ghe.com")) return github(place);
  if (host === "gitlab.com" || named("gitlab", host)) return gitlab(place);
  if (host === "bitbucket.org") return bitbucket(place);
  if (named("bitbucket", host)) return bitbucketServer(place);
  if (host === "dev.azure.com" || host.endsWith(".visualstudio.com")) return azure(place);
  if (["codeberg.org", "gitea.com"].includes(host) || named("gitea|forgejo|codeberg", host))
    return gitea(place);
  return null;
}

/** A self-hosted server is recognized by its name, such as `gitlab.example.com`. */
const named = (what: string, host: string) => new RegExp(`^(?:[\\w-]+\\.)*(?:${what})[\\w-]*\\.`).test(host);

/** Hosts for git only; their pages are at another host. */
const PAGES: Record<string, string> = {
  "ssh.github.com": "github.com",
  "www.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
  "ssh.dev.azure.com": "dev.azure.com",
  "vs-ssh.visualstudio.com": "dev.azure.com",
};

function placeOf(address: string): Place | null {
  const scp = /^(?:[^@/\s]+@)?([\w.-]+):(?![/\\]{2})(?!\\)(.+)$/.exec(address);
  const isUrl = /^(?:https?|ssh|git|git\+ssh|ssh\+git):\/\//i.test(address) && URL.canParse(address);
  if (!isUrl && (!scp || /^[A-Za-z]$/.test(scp[1]!))) return null;
  const url = isUrl ? new URL(address) : null;
  // A URL of an unknown scheme keeps its host as it was written.
  const given = (url?.hostname ?? scp![1]!).toLowerCase();
  const host = Object.hasOwn(PAGES, given) ? PAGES[given]! : given;
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host)) return null;
  const path = (url?.pathname ?? scp![2]!)
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  if (!path.every((part) => /^[\w.~%+-]+$/.test(part) && !/^\.+$|%(?![2-7][0-9a-f])|%2f/i.test(part)))
    return null;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  const origin = isWeb
    ? `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}`
    : `https://${host}`;
  return { origin, host, path };
}

/** A name as a part of an address: slashes stay, and nothing that would end a link. */
const coded = (name: string) =>
  encodeURIComponent(name.toWellFormed())
    .replace(/%2F/g, "/")
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function github({ origin, path }: Place): Forge | null {
  if (path.length !== 2) return null;
  const web = `${origin}/${path.join("/")}`;
  return {
    kind: "github",
    web,
    commit: (sha) => `${web}/commit/${sha}`,
    issue: (number) => `${web}/issues/${number}`,
    pull: (number) => `${web}/pull/${number}`,
    release: (tag, previous) =>
      previous === null
        ? `${web}/releases/tag/${coded(tag)}`
        : `${web}/compare/${coded(previous)}...${coded(tag)}`,
  };
}

function gitlab({ origin, path }: Place): Forge | null {
  if (path.length < 2) return null;
  const web = `${origin}/${path.join("/")}`;
  return {
    kind: "gitlab",
    web,
    commit: (sha) => `${web}/-/commit/${sha}`,
    issue: (number) => `${web}/-/issues/${number}`,
    pull: (number) => `${web}/-/merge_requests/${number}`,
    release: (tag, previous) =>
      previous === null
        ? `${web}/-/tags/${coded(tag)}`
        : `${web}/-/compare/${coded(previous)}...${coded(tag)}`,
  };
}

function gitea(place: Place): Forge | null {
  const like = github(place);
  if (!like) return null;
  return { ...like, kind: "gitea", pull: (number) => `${like.web}/pulls/${number}` };
}

function bitbucket({ origin, path }: Place): Forge | null {
  if (path.length !== 2) return null;
  const web = `${origin}/${path.join("/")}`;
  return {
    kind: "bitbucket",
    web,
    commit: (sha) => `${web}/commits/${sha}`,
    issue: (number) => `${web}/issues/${number}`,
    pull: (number) => `${web}/pull-requests/${number}`,
    release: (tag, previous) =>
      previous === null
        ? `${web}/src/${coded(tag)}`
        : `${web}/branches/compare/${coded(tag)}%0D${coded(previous)}`,
  };
}

/** Bitbucket Data Center: `https://host/scm/SHOP/web.git`, `ssh://git@host:7999/SHOP/web.git`. Its issues live elsewhere. */
function bitbucketServer({ origin, path }: Place): Forge | null {
  const [owner, name] = path.slice(path[0] === "scm" ? 1 : 0) as [string?, string?];
  if (!owner || !name || path.length > 3) return null;
  const home = owner.startsWith("~") ? `users/${owner.slice(1)}` : `projects/${owner}`;
  const web = `${origin}/${home}/repos/${name}`;
  const tagged = (tag: string) => coded(`refs/tags/${tag}`);
  return {
    kind: "bitbucket-server",
    web,
    commit: (sha) => `${web}/commits/${sha}`,
    issue: (number) => `${web}/pull-requests/${number}`,
    pull: (number) => `${web}/pull-requests/${number}`,
    release: (tag, previous) =>
      previous === null
        ? `${web}/browse?at=${tagged(tag)}`
        : `${web}/compare/commits?sourceBranch=${tagged(tag)}&targetBranch=${tagged(previous)}`,
  };
}

/** `https://dev.azure.com/acme/Shop/_git/web`, `git@ssh.dev.azure.com:v3/acme/Shop/web`, `https://acme.visualstudio.com/Shop/_git/web`. */
function azure({ origin, host, path }: Place): Forge | null {
  const parts = path.filter((part) => part !== "_git" && part !== "v3" && part !== "DefaultCollection");
  const inPath = host === "dev.azure.com";
  const [project, name = project] = inPath ? parts.slice(1) : parts;
  if (!project || !name || parts.length > (inPath ? 3 : 2)) return null;
  const home = `${inPath ? `${origin}/${parts[0]}` : origin}/${project}`;
  const web = `${home}/_git/${name}`;
  return {
    kind: "azure",
    web,
    commit: (sha) => `${web}/commit/${sha}`,
    issue: (number) => `${home}/_workitems/edit/${number}`,
    pull: (number) => `${web}/pullrequest/${number}`,
    release: (tag, previous) =>
      previous === null
        ? `${web}?version=GT${coded(tag)}`
        : `${web}/branchCompare?baseVersion=GT${coded(previous)}&targetVersion=GT${coded(tag)}`,
  };
}
