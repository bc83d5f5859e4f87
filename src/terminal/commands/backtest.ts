import { numberOfDrops } from "../call/arguments.ts";
import { command } from "../call/command.ts";

const OPTIONS = {
  drops: { value: "N", help: "how many of the newest past drops; default: 12" },
  "work-tree": { help: "goes by the policy of this work tree, before it is in force" },
} as const;

export type BacktestOptions = typeof OPTIONS;

export const backtest = command({
  name: "backtest",
  ledger: "fetched",
  history: "whole",
  at: "refused",
  summary: "what the signals would have found in past watch windows, when, and every false alarm",
  options: OPTIONS,
  details: [
    "Reads the past from the servers, and compares it with the incidents on record.",
    "Exit status 1 when a signal missed an incident or raised a false alarm, 3 when nothing could be read.",
  ],
  run: async (call) => {
    const drops = call.values.drops === undefined ? 12 : numberOfDrops(call.values.drops);
    return (await import("./backtestRun.ts")).runBacktestCommand(call, drops);
  },
});
