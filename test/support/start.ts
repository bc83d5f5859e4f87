import { statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { openUrl } from "./editor/openUrl.ts";
import { startVscodeHost } from "./editor/vscodeHost.ts";
import { freshFolder } from "./folders/freshFolder.ts";
import { inCache, inProject } from "./folders/projectRoot.ts";
import { installVscode } from "./install/installVscode.ts";
import { packageExtension } from "./package/packageExtension.ts";
import { tryFileLock } from "./processes/fileLock.ts";
import { runProcess } from "./processes/runProcess.ts";
import { makeSampleRepository } from "./sample/sampleRepository.ts";

// npm start [-- PATH]: the extension in a real VS Code, on a sample repository or on the given one.

// Registered before anybody else's: being stopped is how this program ends well, not a failure.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(0));

try {
  await start(process.argv[2]);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

async function start(given: string | undefined): Promise<void> {
  // npm changes into the project's folder; a relative path is meant from where the person stood.
  const path = given === undefined ? undefined : resolve(process.env.INIT_CWD ?? ".", given);
  if (path !== undefined && !statSync(path, { throwIfNoEntry: false }))
    throw new Error(`There is no ${path}.`);
  console.log("Building the extension …");
  const vsix = await packageExtension();
  await installVscode();
  const opened = path ?? (await makeSample());
  await printStatus(opened);
  const host = await startVscodeHost({
    access: "token",
    // The sample is our own; whether to trust a repository of the person's is the person's to say.
    trust: path === undefined ? "all" : "ask",
    vsix,
    settings: { "security.workspace.trust.startupPrompt": undefined, "workbench.editor.useModal": undefined },
  });
  const url = host.url(opened);
  console.log(`\nDropclock runs in VS Code at\n\n  ${url}\n\nCtrl-C stops it.`);
  openUrl(url);
  endWithNpm();
  await host.exited;
  throw new Error("The VS Code server has ended by itself.");
}

async function makeSample(): Promise<string> {
  console.log("Making the sample repository …");
  // A second start must not pull the sample away from under the first.
  const alone = await tryFileLock(inCache("sample.lock"));
  const dir = join(alone ? inCache("sample") : freshFolder("sample").path, "checkout");
  await rm(dirname(dir), { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await makeSampleRepository(dir, new Date());
  return dir;
}

async function printStatus(path: string): Promise<void> {
  const dir = statSync(path).isDirectory() ? path : dirname(path);
  console.log("");
  // A breach gives exit status 1, a folder without git 3: both are worth a window all the same.
  await runProcess(process.execPath, [inProject("dist/cli.js"), "status", "-C", dir], { output: "inherit" });
}

/** A shell between npm and this process may not pass on the signal that ended npm; then we would be left behind. */
function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(0), 1_000).unref();
}
