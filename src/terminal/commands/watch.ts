import { command } from "../call/command.ts";

const OPTIONS = {
  for: { value: "D", help: "watch for so long (30m), whether or not a watch window is open" },
} as const;

export type WatchOptions = typeof OPTIONS;

export const watch = command({
  name: "watch",
  handsOver: true,
  ledger: "own",
  history: "drop",
  at: "refused",
  summary: "reads the signals until the watch window ends, and acts as the policy says",
  options: OPTIONS,
  details: [
    "Ends with the window, after the time given, or once it has acted on a breach; Ctrl+C ends it before, and takes nothing back.",
    "Exit status 1 when a signal breached, 3 when none could be read.",
  ],
  run: async (call) => (await import("./watchRun.ts")).runWatch(call),
});
