import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { calmSettings } from "./calmSettings.ts";
import { freshFolder } from "./freshFolder.ts";
import { installVscode } from "./installVscode.ts";
import { findNode24 } from "./node24.ts";
import { withoutNpm } from "./npm.ts";
import { type ProcessGroup, startProcessGroup } from "./processGroup.ts";

export type VscodeHostOptions = {
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

const START_TIMEOUT_MS = 60_000;

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
  if (options.smokeTestDriver) args.push("--enable-smoke-test-driver");
  if (options.vsix !== undefined) args.push("--install-extension", options.vsix, "--start-server");
  const server = startProcessGroup(findNode24(), args, hostEnvironment(options.env));
  const stop = async () => {
    await server.stop();
    await rm(tokenFile, { force: true });
    temporary?.remove();
  };
  const output = collectOutput(server);
  const port = await portOf(server, output).catch(async (error) => {
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
    log: output,
    exited: server.exited,
    stop,
  };
}

/** The person's environment, less what a VS Code around us or npm would whisper to the one that is started. */
function hostEnvironment(extra: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const clean = Object.entries(withoutNpm(process.env)).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_)/.test(name),
  );
  return { ...Object.fromEntries(clean), ...extra };
}

function collectOutput(server: ProcessGroup): () => string {
  let text = "";
  for (const stream of [server.process.stdout, server.process.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      // Enough to explain a failure, bounded for a server that runs for days.
      text = (text + chunk).slice(-200_000);
    });
  }
  return () => text;
}

async function portOf(server: ProcessGroup, output: () => string): Promise<number> {
  let code: number | undefined;
  server.exited.then((value) => {
    code = value;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const match = /Extension host agent listening on (\d+)/.exec(output());
    if (match) return Number(match[1]);
    if (code !== undefined || Date.now() > deadline) {
      const why = code === undefined ? "was not ready in time" : `ended with ${code}`;
      const lines = output()
        .split("\n")
        .filter((line) => line.trim() !== "");
      throw new Error(`The VS Code server ${why}: ${lines.slice(-3).join(" | ")}`);
    }
    await delay(50);
  }
}
