import { HumanError } from "../../domain/text/humanError.ts";
import { command } from "../call/command.ts";
import { UNDO_OPTIONS } from "../undoOptions.ts";

export const undo = command({
  name: "undo",
  ledger: "optional",
  history: "drop",
  at: "refused",
  args: "[TAG]",
  summary: "takes a drop (the current one) back: shows the plan, asks, and does it",
  options: UNDO_OPTIONS,
  details: [
    "Press it as often as you like, here or elsewhere: it goes on from the first step that is not done. Your work tree, index and branches are never touched.",
    "Exit status 1 when it cannot be done, was not confirmed, stopped at a step, or when a rehearsal failed.",
  ],
  async run(call) {
    const { rehearse, drill, reapply } = call.values;
    if (reapply && (rehearse || drill))
      throw new HumanError(
        "usage",
        "--reapply puts a drop on again; a rehearsal is of the undo: give one of them.",
      );
    if (reapply && call.values.to !== undefined)
      throw new HumanError("usage", "--reapply knows where the undo went back to; leave out --to.");
    const { undoAnswer } = await import("./undoRun.ts");
    return undoAnswer(call);
  },
});
