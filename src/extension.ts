import { commands, type ExtensionContext, window } from "vscode";
import type { Core } from "./editor/core.ts";
import { COMMAND_NAMES, commandId, VIEW } from "./editor/model/ids.ts";
import { LazyTreeProvider } from "./editor/tree/lazyTreeProvider.ts";
import type { Row } from "./editor/tree/row.ts";

/** For tests and benches. */
export interface DropclockApi {
  /** Resolves when the sidebar and the status bar show what was read first, to the milliseconds since activation. */
  ready: Promise<number>;
}

/**
 * Registers everything that VS Code may ask for, and returns. The rest is a bundle of its own that loads in the next
 * turn; until then the sidebar shows that it is busy, and commands wait.
 */
export function activate(extension: ExtensionContext): DropclockApi {
  const start = performance.now();
  let loaded: (core: Core) => void;
  let failed: (error: unknown) => void;
  const core = new Promise<Core>((resolve, reject) => {
    loaded = resolve;
    failed = reject;
  });
  const tree = new LazyTreeProvider<Row>(core.then((each) => each.tree));
  const view = window.createTreeView(VIEW, { treeDataProvider: tree, showCollapseAll: true });
  extension.subscriptions.push(tree, view);
  for (const name of COMMAND_NAMES) {
    const run = async (argument: unknown) => (await core).run(name, argument);
    extension.subscriptions.push(commands.registerCommand(commandId(name), run));
  }
  setImmediate(async () => {
    try {
      const { start } = require("./editor.js") as typeof import("./editor/start.ts");
      loaded(await start({ extension, tree, view }));
    } catch (error) {
      failed(error);
    }
  });
  const ready = core.then((each) => each.ready);
  return { ready: ready.then(() => performance.now() - start) };
}
