import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../eventually.ts";
import { freshFolder } from "../folders/freshFolder.ts";
import { startProcessGroup } from "../processes/processGroup.ts";
import { type MonitoringProgram, monitoringProgram } from "./installMonitoring.ts";

/** A real server on loopback, with a data folder of its own. */
export interface MonitoringServer {
  url: string;
  /** Takes requests and answers none, until it goes on. */
  freeze(): Promise<void>;
  thaw(): void;
  stop(): Promise<void>;
}

/** `test` as bcrypt: for --web.config.file. */
const WEB_CONFIG =
  "basic_auth_users:\n  test: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n";

interface PrometheusOptions {
  /** `host:port` of what it scrapes, twice a second. */
  targets?: string[];
  /** Asks for user and password, both `test`. */
  auth?: boolean;
  /** What it knows of the time before it was started: OpenMetrics with timestamps. */
  history?: string | readonly string[];
}

export function startPrometheus({
  targets = [],
  auth = false,
  history,
}: PrometheusOptions = {}): Promise<MonitoringServer> {
  const config = {
    global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
    scrape_configs: [{ job_name: "checkout", static_configs: [{ targets }] }],
  };
  return start("prometheus", JSON.stringify(config), auth, (folder) => {
    for (const text of [history ?? []].flat()) importHistory(text, folder);
    return [
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--storage.tsdb.retention.time=${history === undefined ? "1h" : "3y"}`,
      // What was not scraped for so long is gone from an instant query.
      `--query.lookback-delta=${history === undefined ? "5s" : "5m"}`,
    ];
  });
}

/** One whose alerts of severity `page` inhibit those of severity `ticket` of the same service. */
export function startAlertmanager(): Promise<MonitoringServer> {
  const config = {
    route: { receiver: "nobody" },
    receivers: [{ name: "nobody" }],
    inhibit_rules: [
      { source_matchers: ['severity="page"'], target_matchers: ['severity="ticket"'], equal: ["service"] },
    ],
  };
  return start("alertmanager", JSON.stringify(config), false, (folder) => [
    `--storage.path=${join(folder, "data")}`,
    "--cluster.listen-address=",
  ]);
}

/** The blocks of a history, by Prometheus' own tool, in a server's data folder. */
function importHistory(history: string, folder: string): void {
  const file = join(folder, "history.txt");
  writeFileSync(file, history);
  const args = ["tsdb", "create-blocks-from", "openmetrics", "-q", file, join(folder, "data")];
  execFileSync("promtool", args, { stdio: ["ignore", "ignore", "inherit"] });
}

async function start(
  program: MonitoringProgram,
  config: string,
  auth: boolean,
  more: (folder: string) => string[],
): Promise<MonitoringServer> {
  const path = await monitoringProgram(program);
  const folder = freshFolder(program);
  mkdirSync(join(folder.path, "data"));
  writeFileSync(join(folder.path, "config.yml"), config);
  writeFileSync(join(folder.path, "web.yml"), auth ? WEB_CONFIG : "");
  const server = startProcessGroup(
    path,
    [
      `--config.file=${join(folder.path, "config.yml")}`,
      "--web.listen-address=127.0.0.1:0",
      `--web.config.file=${join(folder.path, "web.yml")}`,
      ...more(folder.path),
    ],
    process.env,
  );
  let log = "";
  server.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const stop = async () => {
    server.process.kill("SIGCONT");
    await server.stop();
    folder.remove();
  };
  try {
    const url = await eventually(async () => {
      const port = /msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(log)?.[1];
      if (port === undefined) throw new Error(`${program} does not listen yet: ${log.slice(-500)}`);
      const address = `http://127.0.0.1:${port}`;
      const { status } = await fetch(`${address}/-/ready`);
      if (status !== 200 && status !== 401) throw new Error(`${program} is not ready: ${status}`);
      return address;
    }, 60_000);
    return {
      url,
      freeze: async () => {
        server.process.kill("SIGSTOP");
        await eventually(() => assert.ok(isStopped(server.process.pid)));
      },
      thaw: () => server.process.kill("SIGCONT"),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether every thread has stopped, which is a moment after the signal was sent; without /proc nobody can tell. */
function isStopped(pid: number | undefined): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return true;
  return readdirSync(tasks).every((task) => /\) T /.test(readFileSync(join(tasks, task, "stat"), "utf8")));
}
