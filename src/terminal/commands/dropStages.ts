import { command } from "../call/command.ts";

export const STAGE_OPTIONS = {
  drop: { value: "TAG", help: "another drop than the current one" },
  why: { value: "W", help: "the reason, for the record" },
} as const;

export const dropPromote = command({
  name: "drop promote",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "STAGE",
  summary:
    "exposes the current drop to the next stage, once it has soaked, signals are calm and the gate is open",
  options: STAGE_OPTIONS,
  details: ["Exit status 1, and nothing done, while anything stands in the way."],
  run: async (call) => (await import("../governance/stageRuns.ts")).runPromote(call),
});

export const dropDemote = command({
  name: "drop demote",
  ledger: "own",
  history: "drop",
  at: "refused",
  args: "[STAGE]",
  summary: "takes exposure back, to the stage before or an earlier one; nothing stands in the way of that",
  options: STAGE_OPTIONS,
  run: async (call) => (await import("../governance/stageRuns.ts")).runDemote(call),
});
