/** An address below a server's base address, which may itself have a path (`https://host/prometheus`). */
export function endpoint(base: string, path: string, query: readonly (readonly [string, string])[]): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, "")}/${path}`;
  url.search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  return url;
}
