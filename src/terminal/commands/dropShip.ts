import { command } from "../command.ts";

export const SHIP_OPTIONS = {
  push: { help: "pushes the tag to the policy's remote" },
  yes: { help: "says yes to everything: the suggested name where TAG is left out, and the push" },
} as const;

export const dropShip = command({
  name: "drop ship",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "tags the next drop once its gate is open, and records it as shipped: its watch window opens",
  options: SHIP_OPTIONS,
  details: [
    "Exit status 1, and nothing done, while the gate is shut.",
    "A tag that was made elsewhere is recognised.",
  ],
  run: async (call) => (await import("../governance/shipRun.ts")).runShip(call),
});
