import { commands, ProgressLocation, Uri, window } from "vscode";
import { readText } from "../../app/project/files.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { SignalSecrets } from "../model/signalSecrets.ts";
import { mustBeWritable } from "../model/writable.ts";
import { chooseProject, type Handler, rootOf } from "./commandContext.ts";

const DROPS = 12;

/** Replays the policy at hand over past watch windows, and shows what it would have found. */
export const backtestPolicy: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument));
  if (!tracked) return;
  mustBeWritable(tracked);
  const { project } = tracked;
  const [{ runBacktest }, { backtestPage }, text] = await Promise.all([
    import("../../app/watch/backtest.ts"),
    import("../views/backtestPage.ts"),
    readText(project.root, POLICY_PATH),
  ]);
  const { signal } = (argument ?? {}) as { signal?: unknown };
  const options = {
    location: ProgressLocation.Notification,
    title: "Backtest of the policy",
    cancellable: true,
  };
  const found = await window.withProgress(options, async (_, cancelled) => {
    const stop = new AbortController();
    cancelled.onCancellationRequested(() => stop.abort());
    const result = await runBacktest(project, {
      drops: DROPS,
      // What is in force stands in the file, except while it is being changed.
      workTree: text !== null,
      secrets: new SignalSecrets(context.extension.secrets).read,
      fetch,
      stop: stop.signal,
      ...(typeof signal === "string" ? { only: [signal] } : {}),
    });
    return stop.signal.aborted ? null : result;
  });
  if (!found) return;
  context.model.backtests.fire({ root: project.root, text: text ?? "", found });
  const page = backtestPage(found, tracked.name);
  const uri = context.drafts.show(Uri.file(`${project.root}/Backtest.md`), page);
  await commands.executeCommand("markdown.showPreview", uri);
};
