import { window } from "vscode";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { commandId, VIEW } from "../ids.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { Handler } from "./commandContext.ts";
import { rootOf } from "./target.ts";
import { MendableError } from "./wayOut.ts";

/** Brings the ledger into step with the team's, because a person asks for it: so a person is told what came of it. */
export const syncLedger: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { state, reason, fetched, pushed } = await window.withProgress({ location: { viewId: VIEW } }, () =>
    tracked.sync(),
  );
  if (state === "unreachable") {
    const why = plainText(reason ?? "", 200);
    const unread = tracked.incidentsDoubt !== null;
    if (!unread)
      throw new HumanError("service", `The ledger could not be shared: ${why}. It is all on record here.`);
    throw new MendableError(
      `The ledger could not be fetched: ${why}. The team’s incidents are not known until it is; check the access to the remote.`,
      { title: "Try Again", command: commandId("syncLedger"), argument: { root: tracked.project.root } },
    );
  }
  const moved = fetched + pushed > 0 ? `: ${fetched} fetched, ${pushed} pushed` : "";
  const said =
    state === "none" ? "There is no remote to share the ledger with" : `$(check) Ledger in step${moved}`;
  window.setStatusBarMessage(said, 4000);
};
