import { formatInstant } from "../../domain/instant.ts";
import { command } from "../command.ts";
import { logEntries, logReport } from "../logEntries.ts";
import { logText } from "../text/logText.ts";

export const log = command({
  name: "log",
  summary: "every event, newest first",
  async run({ project }) {
    const opened = await project();
    const reading = await opened.read();
    const { ledger } = reading;
    const at = opened.now();
    const entries = logEntries(reading, opened.lookBackTo, at);
    return {
      json: {
        at: formatInstant(at),
        events: entries.map((entry) => logReport(entry, ledger.provenance(entry.event.id))),
        skipped: ledger.skipped,
        touched: ledger.touched,
      },
      text: (page) => logText(entries, ledger.skipped, at, page),
    };
  },
});
