import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { freshFolder } from "../folders/freshFolder.ts";
import { installVscode } from "../install/installVscode.ts";
import { findNode24 } from "../install/node24.ts";
import { startProcessGroup } from "../processes/processGroup.ts";
import { calmSettings } from "./calmSettings.ts";
import { hostEnvironment } from "./hostEnvironment.ts";
import { serverReady } from "./serverReady.ts";

type VscodeHostOptions = {
  /** Kept between starts when given; else a temporary one that is removed on stop. */
  dataDir?: string;
  /** "token" asks every visitor for a random token; "none" is for tests only. */
  access?: "token" | "none";
  /** "all": every folder is trusted. "ask": as in the product, folders open in Restricted Mode until trusted. */
  trust?: "all" | "ask";
  /** A packaged extension to install before the start. */
  vsix?: string;
  /** Makes pages honour a payload: an extension under development, tests inside the extension host. */
  smokeTestDriver?: boolean;
  settings?: Record<string, unknown>;
  /** Set for the extension host as it stands; without it the person's login shell has its say, as in the product. */
  env?: NodeJS.ProcessEnv;
};

export type VscodeHost = {
  port: number;
  dataDir: string;
  /** The address that opens a folder or a .code-workspace file. */
  url(path: string, payload?: [string, string][]): string;
  log(): string;
  /** Settles when the server has ended, by `stop` or by itself. */
  exited: Promise<number>;
  stop(): Promise<void>;
};

/** Starts a real VS Code server on a free loopback port and waits until it takes connections. */
export async function startVscodeHost(options: VscodeHostOptions = {}): Promise<VscodeHost> {
  const main = await installVscode();
  const temporary = options.dataDir === undefined ? freshFolder("vscode") : undefined;
  const dataDir = options.dataDir ?? temporary?.path ?? "";
  const settingsFile = join(dataDir, "data/User/settings.json");
  await mkdir(join(dataDir, "data/User"), { recursive: true });
  await writeFile(settingsFile, JSON.stringify({ ...calmSettings, ...options.settings }, null, 2));

  const token = options.access === "token" ? randomUUID() : undefined;
  const tokenFile = join(dataDir, "token");
  // In a file, since everybody on the machine can read a command line.
  if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });

  const args = ["--import", pathToFileURL(join(import.meta.dirname, "serverGuard.ts")).href, main];
  args.push(
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--accept-server-license-terms",
    "--telemetry-level",
    "off",
  );
  args.push("--server-data-dir", dataDir);
  args.push(
    ...(token === undefined ? ["--without-connection-token"] : ["--connection-token-file", tokenFile]),
  );
  if (options.trust !== "ask") args.push("--disable-workspace-trust");
  // A login shell would set the PATH anew, for one.
  if (options.env !== undefined) args.push("--force-disable-user-env");
  if (options.smokeTestDriver) args.push("--enable-smoke-test-driver");
  if (options.vsix !== undefined) args.push("--install-extension", options.vsix, "--start-server");
  const server = startProcessGroup(findNode24(), args, hostEnvironment(options.env));
  const stop = async () => {
    await server.stop();
    await rm(tokenFile, { force: true });
    temporary?.remove();
  };
  let log = "";
  for (const stream of [server.process.stdout, server.process.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      // Enough to explain a failure, bounded for a server that runs for days.
      log = (log + chunk).slice(-200_000);
    });
  }
  const port = await serverReady(server, () => log, options.vsix !== undefined).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    port,
    dataDir,
    url: (path, payload) => {
      const url = new URL(`http://localhost:${port}/`);
      if (token !== undefined) url.searchParams.set("tkn", token);
      url.searchParams.set(path.endsWith(".code-workspace") ? "workspace" : "folder", path);
      if (payload !== undefined) url.searchParams.set("payload", JSON.stringify(payload));
      // Slashes may stand in a query as they are, and a person reads this address.
      return url.href.replaceAll("%2F", "/");
    },
    log: () => log,
    exited: server.exited,
    stop,
  };
}
