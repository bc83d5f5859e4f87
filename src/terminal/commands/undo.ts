import { SHARED_CHOICES } from "../../domain/drop/dropRecord.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { choose } from "../call/arguments.ts";
import { command } from "../call/command.ts";

export const UNDO_OPTIONS = {
  rehearse: { help: "carry it out in a throw-away worktree with the policy's checks; push nothing" },
  drill: { help: "a rehearsal that counts as the quarter's drill, measured against the time to mitigate" },
  to: { value: "DROP", help: "go back to this drop; default: the one before it" },
  shared: {
    value: "WAY",
    help: "files that are other services' drops' too: roll-back, or keep them as they are",
  },
  reapply: { help: "the way back: put an undone drop on again" },
  yes: { help: "do it without asking; that it is calm afterwards is still for somebody to say" },
  verified: { help: "you have seen that what the verify steps name is calm" },
} as const;

export const undo = command({
  name: "undo",
  handsOver: true,
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
    if (call.values.shared !== undefined) choose("way", call.values.shared, SHARED_CHOICES);
    const { undoAnswer } = await import("./undoRun.ts");
    return undoAnswer(call);
  },
});
