import { command } from "../command.ts";

export const dropShow = command({
  name: "drop show",
  history: "drop",
  args: "[TAG]",
  summary: "a drop (the current one) with its risk, its commits and its files",
  run: async (call) => (await import("../runs/dropShowRun.ts")).runDropShow(call),
});
