import { plainText } from "../../domain/text/plainText.ts";
import { command } from "../call/command.ts";

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
  run: async (call) => (await import("./dropRuns.ts")).runShip(call),
});

export const dropRetract = command({
  name: "drop retract",
  args: "TAG",
  summary: "retracts the record that a drop shipped, so that one whose tag was deleted is none any more",
  options: { why: { value: "W", required: true, help: "the reason, for the record" } },
  async run({ args: [tag = ""], values, project }) {
    const { retractShipped } = await import("../../app/gate/shipDrop.ts");
    const event = await retractShipped(await project(), tag, values.why);
    return {
      json: { tag, event: event.id },
      text: () => `Retracted that ${plainText(tag, 80)} shipped.`,
    };
  },
});
