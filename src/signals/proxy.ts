/**
 * The proxy of the environment for an address, as curl and others read it: `https_proxy`, `http_proxy`, `all_proxy`,
 * in small letters or capitals, and `no_proxy` for hosts to be asked directly. Null: none.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | null {
  const read = (name: string) => environment[name] || environment[name.toUpperCase()] || null;
  const proxy = read(url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? read("all_proxy");
  return proxy === null || isDirect(url, read("no_proxy") ?? "") ? null : proxy;
}

/** `no_proxy`: `*`, or hosts with the domains below them, each with a port or without. */
function isDirect(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return entries.some((entry) => {
    if (entry === "*") return true;
    const wanted = readEntry(entry);
    if (wanted.port !== null && wanted.port !== port) return false;
    return host === wanted.domain || host.endsWith(`.${wanted.domain}`);
  });
}

function readEntry(entry: string): { domain: string; port: string | null } {
  const bareIpv6 = !entry.startsWith("[") && entry.split(":").length > 2;
  if (bareIpv6) return { domain: entry, port: null };
  const [, name = "", port = null] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  return { domain: name.replace(/^\*?\./, ""), port };
}
