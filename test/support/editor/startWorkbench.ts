import { isolatedEnvironment } from "../git/isolatedEnvironment.ts";
import { launchBrowser } from "../install/browser.ts";
import { packageExtension } from "../package/packageExtension.ts";
import type { TreeView } from "./driver/treeView.ts";
import { startVscodeHost } from "./vscodeHost.ts";
import { Workbench } from "./workbench.ts";

type StartOptions = {
  /** The folder or .code-workspace file to open. */
  path: string;
  /**
   * Our extension as people install it (the default), another vsix, none, or a folder under development; in the
   * last case VS Code shows no toasts, and `notifications.all()` still lists them.
   */
  extension?: "packaged" | "none" | { vsix: string } | { development: string };
  /** The title of a view container to wait for, which shows that the extension is there. */
  container?: string;
  /** "ask" opens folders in Restricted Mode. */
  trust?: "all" | "ask";
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  size?: { width: number; height: number };
};

export type StartedWorkbench = { workbench: Workbench; stop: () => Promise<void> };

const running = new Set<{ pages: () => Workbench["page"][]; stop: () => Promise<void> }>();

/** Starts a VS Code and a browser of its own and opens a first window; `stop` ends them all. */
export async function startWorkbench(options: StartOptions): Promise<StartedWorkbench> {
  const { vsix, development } = await extensionOf(options);
  const [host, browser] = await Promise.all([
    startVscodeHost({
      trust: options.trust,
      settings: options.settings,
      vsix,
      smokeTestDriver: development !== undefined,
      env: { ...isolatedEnvironment, ...options.env },
    }),
    launchBrowser(),
  ]);
  const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const entry = {
    pages: () => context.pages(),
    stop: async () => {
      running.delete(entry);
      await browser.close();
      await host.stop();
    },
  };
  running.add(entry);
  try {
    const remote = `vscode-remote://localhost:${host.port}`;
    const payload: [string, string][] = [
      ["extensionDevelopmentPath", `${remote}${development}`],
      ["skipWelcome", "true"],
    ];
    const setup = { host, context, container: options.container, payload: development ? payload : undefined };
    return { workbench: await Workbench.open(options.path, setup), stop: entry.stop };
  } catch (error) {
    await entry.stop();
    throw error;
  }
}

export type StartedRelease = StartedWorkbench & { view: TreeView };

/** As people work with it: our sidebar in front, so wide that a picture shows whole rows. */
export async function startRelease({
  width = 420,
  ...options
}: Omit<StartOptions, "container"> & { width?: number }): Promise<StartedRelease> {
  const started = await startWorkbench({ ...options, container: "Dropclock" });
  const { workbench } = started;
  await workbench.activityBar.open("Dropclock");
  await workbench.widenSideBar(width);
  return { ...started, view: workbench.view("Release") };
}

/** Every window that is open in this process, for pictures of a failure. */
export function openPages(): Workbench["page"][] {
  return [...running].flatMap((entry) => entry.pages());
}

/** Ends what a test left running. */
export async function stopAllWorkbenches(): Promise<void> {
  await Promise.all([...running].map((entry) => entry.stop()));
}

async function extensionOf({
  extension = "packaged",
}: StartOptions): Promise<{ vsix?: string; development?: string }> {
  if (extension === "packaged") return { vsix: await packageExtension() };
  return extension === "none" ? {} : extension;
}
