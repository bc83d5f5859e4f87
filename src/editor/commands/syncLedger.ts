import { window } from "vscode";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { VIEW } from "../ids.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { Handler } from "./commandContext.ts";
import { rootOf } from "./target.ts";

/** Brings the ledger into step with the team's, because a person asks for it: so a person is told what came of it. */
export const syncLedger: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { state, reason, fetched, pushed } = await window.withProgress({ location: { viewId: VIEW } }, () =>
    tracked.sync(),
  );
  if (state === "unreachable") {
    const words = `The ledger could not be shared: ${plainText(reason ?? "", 200)}. It is all on record here.`;
    throw new HumanError("service", words);
  }
  const moved = fetched + pushed > 0 ? `: ${fetched} fetched, ${pushed} pushed` : "";
  const said =
    state === "none" ? "There is no remote to share the ledger with" : `$(check) Ledger in step${moved}`;
  window.setStatusBarMessage(said, 4000);
};
