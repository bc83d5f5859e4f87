import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { basename, dirname } from "node:path";
import type { TemporaryRepository } from "../git/temporaryRepository.ts";
import { type LocalServer, startServer } from "../monitoring/startExporter.ts";

/** What a token may do. */
type Access = "read" | "write";

/** Serves bare repositories as a forge does: to whoever has a token, who may push only with one that may write. */
export function startGitServer(
  bare: TemporaryRepository,
  tokens: Readonly<Record<string, Access>>,
): Promise<LocalServer> {
  bare.git("config", "http.receivepack", "true");
  return startServer((request, response) => {
    const token = tokenOf(request);
    const access = token === null ? undefined : tokens[token];
    const writes = /git-receive-pack/.test(request.url ?? "");
    if (access === undefined) response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    else if (writes && access !== "write") response.writeHead(403).end("this token may not write");
    else backend(bare, request, response);
  });
}

/** The password of the only header; of two GitHub says that they are one too many. */
function tokenOf({ headers, rawHeaders }: IncomingMessage): string | null {
  if (rawHeaders.filter((name) => /^authorization$/i.test(name)).length > 1) return null;
  const [, encoded] = /^basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
  return encoded === undefined
    ? null
    : Buffer.from(encoded, "base64")
        .toString()
        .replace(/^[^:]*:/, "");
}

function backend(bare: TemporaryRepository, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://local");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...bare.environment,
      GIT_PROJECT_ROOT: dirname(bare.dir),
      GIT_HTTP_EXPORT_ALL: "1",
      // Whatever the address calls it, it is the only one.
      PATH_INFO: pathname.replace(/^\/[^/]+\/[^/]+/, `/${basename(bare.dir)}`),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: "runner",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => {});
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf("\r\n\r\n");
    const fields = answer
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(": ") as [string, string]);
    const status = fields.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(fields.filter(([name]) => name !== "Status")),
    );
    response.end(answer.subarray(end + 4));
  });
}
