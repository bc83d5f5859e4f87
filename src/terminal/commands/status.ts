import { command } from "../call/command.ts";

export const status = command({
  name: "status",
  tellsUnheld: true,
  judgesPolicy: true,
  remembers: true,
  summary: "the policy, the current drop, open incidents with their clocks, drills due",
  details: ["Exit status 1 while any clock is breached."],
  run: async (call) => (await import("./statusRun.ts")).runStatus(call),
});
