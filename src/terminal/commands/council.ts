import { command } from "../call/command.ts";

/** The commands of the release council. Without a tag they are about the next drop, or the current one. */

export const WHY_OPTION = { why: { value: "W", help: "the reason, for the record" } } as const;

export const OVERRIDE_OPTIONS = {
  why: { value: "W", required: true, help: "the reason, for the record" },
  stage: { value: "STAGE", help: "lifts soak, signals and incidents before this stage as well" },
} as const;

const runs = () => import("./councilRuns.ts");

export const councilRequest = command({
  name: "council request",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "asks the council for its approval of the next drop, or of a tag",
  options: WHY_OPTION,
  run: async (call) => (await runs()).runRequest(call),
});

export const councilApprove = command({
  name: "council approve",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "approves it, for its very commit and the risk that it has now",
  options: WHY_OPTION,
  details: ["Signed where the policy wants it, with the key that git signs commits with here."],
  run: async (call) => (await runs()).runApprove(call),
});

export const councilReject = command({
  name: "council reject",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "rejects it: the gate stays shut until you approve, or somebody overrides",
  options: WHY_OPTION,
  run: async (call) => (await runs()).runReject(call),
});

export const councilOverride = command({
  name: "council override",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "opens the gate in spite of the council; it stands on the record for good",
  options: OVERRIDE_OPTIONS,
  run: async (call) => (await runs()).runOverride(call),
});

export const councilShow = command({
  name: "council show",
  ledger: "own",
  history: "whole",
  args: "[TAG]",
  summary: "the request on one page, as Markdown: risk, diff, checklist, undo, drills, and what was said",
  run: async (call) => (await runs()).runShow(call),
});
