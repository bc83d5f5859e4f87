import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import {
  type Disposable,
  type ExtensionContext,
  languages,
  type TreeView,
  type Uri,
  window,
  workspace,
} from "vscode";
import type { EarlyAnswers } from "../app/project/earlyAnswers.ts";
import { POLICY_PATH } from "../domain/policy/policy.ts";
import { renameOver } from "../git/renameOver.ts";
import { ContextKeys } from "./contextKeys.ts";
import type { CommandName } from "./model/ids.ts";
import { LedgerLooks } from "./model/ledgerLooks.ts";
import { ReleaseModel, rememberedPolicies } from "./model/releaseModel.ts";
import { AlarmMarkers } from "./status/alarm.ts";
import { Notifier } from "./status/notifier.ts";
import { RenderScheduler } from "./status/renderScheduler.ts";
import { StatusBarClock } from "./status/statusBarClock.ts";
import type { LazyTreeProvider, TreeSource } from "./tree/lazyTreeProvider.ts";
import { ReleaseTree } from "./tree/releaseTree.ts";
import type { Row } from "./tree/row.ts";
import { ActionsView } from "./views/actionsView.ts";
import { PolicyDiagnostics, PolicyFixes, PolicyLens } from "./views/policyDiagnostics.ts";
import { PolicyHelp } from "./views/policyHelp.ts";
import { PostmortemDiagnostics } from "./views/postmortemDiagnostics.ts";
import { PostmortemFixes, PostmortemLenses } from "./views/postmortemFixes.ts";
import { DraftDocuments, GIT_SCHEME, GitContent, GUIDE_SCHEME } from "./views/virtualDocuments.ts";

/** What the small first bundle hands over. */
export interface Shell {
  extension: ExtensionContext;
  tree: LazyTreeProvider<Row>;
  view: TreeView<Row>;
}

/** All that loads after activation. */
export interface Core {
  tree: TreeSource<Row>;
  run(command: CommandName, argument: unknown): Promise<void>;
  /** Resolves when the first reading is on view. */
  ready: Promise<void>;
}

export function startCore({ extension, tree: late, view }: Shell, early: Map<string, EarlyAnswers>): Core {
  const own = <T extends Disposable>(part: T): T => {
    extension.subscriptions.push(part);
    return part;
  };
  const log = own(window.createOutputChannel("Dropclock", { log: true }));
  const model = own(new ReleaseModel(log, early, rememberedPolicies(extension)));
  const tree = own(new ReleaseTree(model, late, view));
  const statusBar = own(new StatusBarClock(model));
  const contexts = new ContextKeys(model);
  const markers = new AlarmMarkers(join(extension.globalStorageUri.fsPath, "alarms"));
  const notifier = new Notifier(model, markers, log);
  const postmortemMarks = own(new PostmortemDiagnostics(model));
  own(
    new RenderScheduler(model, view, log, [
      (now, seconds) => statusBar.render(now, seconds),
      (now) => tree.tick(now),
      (now) => notifier.check(now),
      () => postmortemMarks.judgeAll(),
    ]),
  );
  own(new LedgerLooks(model));
  own(model.onDidChange(() => contexts.update()));
  own(new PolicyDiagnostics(model, extension.extensionPath));
  const policies = { pattern: `**/${POLICY_PATH}`, scheme: "file" };
  own(new ActionsView(model, log));
  const postmortems = { language: "markdown", scheme: "file" };
  own(languages.registerCodeActionsProvider(postmortems, new PostmortemFixes(model), PostmortemFixes.kinds));
  own(languages.registerCodeActionsProvider(policies, new PolicyFixes(), PolicyFixes.kinds));
  own(languages.registerCodeLensProvider(postmortems, own(new PostmortemLenses(model))));
  own(languages.registerCodeLensProvider(policies, new PolicyLens(model)));
  const help = new PolicyHelp(join(extension.extensionPath, "media", "policy.schema.json"));
  own(languages.registerCompletionItemProvider(policies, help));
  own(languages.registerHoverProvider(policies, help));
  own(workspace.registerTextDocumentContentProvider(GIT_SCHEME, new GitContent(model)));
  const guide = async (uri: Uri) =>
    (await import("./views/guide.ts")).readGuide(extension.extensionPath, uri);
  own(workspace.registerTextDocumentContentProvider(GUIDE_SCHEME, { provideTextDocumentContent: guide }));
  const offer = () => offerInTerminal(extension, (error) => log.warn(String(error)));
  own(workspace.onDidGrantWorkspaceTrust(offer));
  offer();
  void markers.clean(model.now());

  const drafts = own(new DraftDocuments());
  const context = { model, tree, drafts, log, extension };
  // None of the commands is needed until one is run.
  const run: Core["run"] = async (command, argument) =>
    (await import("./commands/handlers.ts")).runCommand(context, command, argument);
  // Neither signals nor flags have anything to say before what was read first is on view.
  const watching = async () => own((await import("./startWatching.ts")).startWatching(context, markers));
  const pages = async () => own((await import("./startPages.ts")).startPages(context));
  const later = (part: () => Promise<unknown>) => part().catch((error) => log.error(error));
  void model.ready.then(() => setImmediate(() => [watching, pages].forEach(later)));
  return { tree, ready: model.ready, run };
}

/**
 * Puts the command line on the PATH of the integrated terminal; it runs on the editor's own Node. Where both are is
 * noted in a file that stays in its place: a hook that was installed from there goes on after an update.
 */
function offerInTerminal(
  { extensionPath, globalStorageUri, environmentVariableCollection: variables }: ExtensionContext,
  failed: (error: unknown) => void,
): void {
  // What an earlier version or another trust left behind must not stay.
  variables.clear();
  if (!workspace.isTrusted) return;
  const bin = join(extensionPath, "dist", "bin");
  const folder = globalStorageUri.fsPath;
  variables.description = "Puts the `dropclock` command line on the PATH.";
  variables.prepend("PATH", bin + delimiter);
  variables.replace("DROPCLOCK_NODE", process.execPath);
  variables.replace("DROPCLOCK_COMMAND", join(folder, NOTE));
  noteCommand(folder, `${process.execPath}\n${join(extensionPath, "dist", "cli.js")}\n`).catch(failed);
  // Some ways to unpack an extension lose this bit.
  if (process.platform !== "win32") void chmod(join(bin, "dropclock"), 0o755).catch(() => {});
}

/** The name of the file that the hook reads: the program and its first argument, a line each. */
const NOTE = "command-line";

async function noteCommand(folder: string, text: string): Promise<void> {
  const path = join(folder, NOTE);
  if ((await readFile(path, "utf8").catch(() => null)) === text) return;
  await mkdir(folder, { recursive: true });
  // Whole at any moment: a push may read it, and another window write it.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await renameOver(draft, path);
}
