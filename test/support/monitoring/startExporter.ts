import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface LocalServer {
  /** `127.0.0.1:port` */
  host: string;
  url: string;
  requests: number;
  stop(): Promise<void>;
}

/** An HTTP server on a free loopback port that counts its requests. */
export async function startServer(listener: RequestListener): Promise<LocalServer> {
  const server: Server = createServer((request, response) => {
    local.requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const local: LocalServer = {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    requests: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return local;
}

/** A service's `/metrics`: one line for each of the numbers, by its name with labels. */
export async function startExporter(): Promise<LocalServer & { metrics: Record<string, number> }> {
  const metrics: Record<string, number> = {};
  const server = await startServer((_, response) => {
    const lines = Object.entries(metrics).map(([name, value]) => `${name} ${value}\n`);
    response.setHeader("content-type", "text/plain; version=0.0.4").end(lines.join(""));
  });
  return Object.assign(server, { metrics });
}
