import { chmod, readFile, realpath, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { startVscodeHost } from "../support/editor/vscodeHost.ts";
import { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { isolatedEnvironment } from "../support/git/isolatedEnvironment.ts";
import { launchBrowser } from "../support/install/browser.ts";
import { packageExtension } from "../support/package/packageExtension.ts";
import { runProcess } from "../support/processes/runProcess.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";
import type { Budget } from "./bundle.bench.ts";
import { packSmallExtension } from "./packFolder.ts";

/** What is left of the start is over by then. */
const SETTLE_MS = 45_000;
const MINUTE_MS = 60_000;

/** A hundredth of one core. */
const LITTLE_MS = MINUTE_MS / 100;

interface Minute {
  cpuMs: number;
  from: number;
  to: number;
}

/**
 * What a window costs over a minute in which nobody does anything: the work of its extension host beside one without
 * Dropclock at the same time, and the git processes that it starts. Calm, and with an incident open and its clocks on
 * view, on a team's clone with a remote.
 */
export async function idleBench(): Promise<Budget[]> {
  const folder = freshFolder("idle-bench");
  const calls = join(folder.path, "git-calls");
  const git = (await runProcess("sh", ["-c", "command -v git"], {})).stdout.trim();
  await writeFile(calls, "");
  await writeFile(
    join(folder.path, "git"),
    `#!/bin/sh\necho "$(date +%s%3N) $PWD" >>"${calls}"\nexec "${git}" "$@"\n`,
  );
  await chmod(join(folder.path, "git"), 0o755);
  const env = { ...isolatedEnvironment, PATH: `${folder.path}${delimiter}${process.env.PATH}` };
  const probe = await packSmallExtension(folder.path, {
    name: "probe",
    activationEvents: ["onStartupFinished"],
    code: probeCode(folder.path),
  });
  const calm = await teamClone(folder.path, "calm");
  const incident = await teamClone(folder.path, "incident");
  await declareMinutesAgo(incident, "Slow search", 5);
  const browser = await launchBrowser();
  const minute = (dir: string, host: string) => join(folder.path, `${host}-${basename(dir)}.json`);
  const hosts = await Promise.all(
    ["with", "without"].map(async (name) => {
      const data = freshFolder(`idle-${name}`);
      const settings = { "git.enabled": false };
      const options = { dataDir: data.path, settings, env: { ...env, IDLE_HOST: name } };
      if (name === "with") await (await startVscodeHost({ ...options, vsix: probe })).stop();
      const vsix = name === "with" ? await packageExtension() : probe;
      return { name, data, host: await startVscodeHost({ ...options, vsix }) };
    }),
  );
  try {
    for (const { name, host } of hosts) {
      const context = await browser.newContext();
      for (const path of [calm, incident]) {
        const container = name === "with" ? "Dropclock" : undefined;
        const window = await Workbench.open(path, { host, context, container });
        if (container) await window.activityBar.open(container);
      }
    }
    const read = (dir: string, host: string) =>
      eventually<Minute>(
        async () => JSON.parse(await readFile(minute(dir, host), "utf8")),
        2 * (SETTLE_MS + MINUTE_MS),
      );
    return [
      ...(await costs("all calm", calm)),
      ...(await costs("an incident open, its clocks on view", incident)),
    ];

    async function costs(name: string, dir: string): Promise<Budget[]> {
      const own = await realpath(dir);
      const [ours, floor] = [await read(dir, "with"), await read(dir, "without")];
      const processes = (await readFile(calls, "utf8")).split("\n").filter((line) => {
        const [time, where] = line.split(" ");
        return where === own && Number(time) >= ours.from && Number(time) < ours.to;
      });
      // While an incident is open a look in each `ledger.sync`, 15 s: the refs here, and those at the remote.
      const looks = dir === incident ? 4 * 2 : 0;
      return [
        {
          name: `a minute, ${name}: work, over a host without Dropclock`,
          value: ours.cpuMs - floor.cpuMs,
          budget: LITTLE_MS,
          unit: "ms",
        },
        { name: `a minute, ${name}: git processes`, value: processes.length, budget: looks, unit: "count" },
      ];
    }
  } finally {
    await browser.close();
    for (const { host, data } of hosts) {
      await host.stop();
      data.remove();
    }
    folder.remove();
  }
}

async function teamClone(folder: string, name: string): Promise<string> {
  const dir = join(folder, name);
  await makeSmallRepository(dir);
  const remote = join(folder, `${name}.git`);
  await sampleGit(folder, ["clone", "--quiet", "--bare", dir, remote]);
  await sampleGit(dir, ["remote", "add", "origin", remote]);
  return dir;
}

/** Measures its own extension host once the start is over. */
const probeCode = (folder: string) => `
  const { setTimeout: delay } = require("node:timers/promises");
  const { basename, join } = require("node:path");
  const vscode = require("vscode");
  exports.activate = () => void measure();
  async function measure() {
    const extension = vscode.extensions.getExtension("dropclock.dropclock");
    if (extension) await (await extension.activate()).ready;
    await delay(${SETTLE_MS});
    const from = Date.now();
    const before = process.cpuUsage();
    await delay(${MINUTE_MS});
    const { user, system } = process.cpuUsage(before);
    const name = process.env.IDLE_HOST + "-" + basename(vscode.workspace.workspaceFolders[0].uri.fsPath);
    const minute = JSON.stringify({ cpuMs: (user + system) / 1000, from, to: Date.now() });
    require("node:fs").writeFileSync(join(${JSON.stringify(folder)}, name + ".json"), minute);
  }
`;
