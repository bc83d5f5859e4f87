import { command } from "../call/command.ts";

export const GATE_OPTIONS = {
  to: {
    value: "STAGE",
    help: "may it enter this stage? default: the next one; before it has shipped: may it ship?",
  },
  report: { value: "FILE", help: "writes the reasons as a Code Quality report, for GitLab" },
  "pre-push": { help: "judges what git tells a pre-push hook on stdin" },
  "install-hook": { help: "installs the pre-push hook; never overwrites one of yours" },
  "remove-hook": { help: "removes it again" },
} as const;

export const gate = command({
  name: "gate",
  services: "own",
  ledger: "own",
  history: "whole",
  args: "[TAG]",
  summary: "may this drop ship or be promoted? Every reason why not; exit 1 when not",
  options: GATE_OPTIONS,
  details: [
    "Without TAG it is about the next drop, or the current one where nothing is new.",
    "The policy on the release branch counts, not the one in the work tree.",
    "In a run for a drop's tag it is about that drop; on a pull request, about what would be merged: what the council",
    "asks is told there, and required to ship.",
    "On GitHub and GitLab the reasons are annotations of the run.",
  ],
  run: async (call) => (await import("./gateRun.ts")).runGate(call),
});
