import { command } from "../call/command.ts";

export const doctor = command({
  name: "doctor",
  services: "none",
  ledger: "optional",
  judgesPolicy: true,
  summary: "tells what is missing on this machine and in this clone, and how to get it",
  details: [
    "Nothing is changed, and the remote is only looked at. Secrets are named, never read out.",
    "Exit status 1 when something is missing, 2 when the policy is faulty, 3 when git or the remote failed.",
  ],
  run: async (call) => (await import("./doctorRun.ts")).runDoctor(call),
});
