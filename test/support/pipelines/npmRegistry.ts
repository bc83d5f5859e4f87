import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { inProject } from "../folders/projectRoot.ts";
import { type LocalServer, startServer } from "../monitoring/startExporter.ts";

/** A registry that has one package, in the version that is under test. */
export function startRegistry(tarball: string): Promise<LocalServer> {
  const { name, version, bin } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
  const bytes = readFileSync(tarball);
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  return startServer(({ url, headers }, response) => {
    if (url === `/${name}`) {
      const dist = { tarball: `http://${headers.host}/-/${basename(tarball)}`, integrity };
      const packument = {
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { name, version, bin, dist } },
      };
      response.setHeader("content-type", "application/json").end(JSON.stringify(packument));
    } else if (url === `/-/${basename(tarball)}`) response.end(bytes);
    else response.writeHead(404).end("{}");
  });
}
