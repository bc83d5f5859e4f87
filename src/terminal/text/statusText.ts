import type { Status } from "../../domain/drop/status.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { incidentBlock, nextCommand } from "./incidentText.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { type Read, statusFacts } from "./statusFacts.ts";
import { wrap } from "./table.ts";

const LABEL = 11;

/** Incidents shown with all their clocks; the others are a matter for the list. */
const MOST_BLOCKS = 20;

/** The release at a glance, for whoever is on call at three in the morning. */
export function statusText(status: Status, reading: Read, page: Page): string {
  const time = new LocalTime(status.at);
  const { service } = status.policy.policy;
  const heading = `${service ? `${plainText(service, 60)} · ` : ""}${time.full(status.at)}`;
  const lines = [page.paint.bold(heading)];
  for (const { name, words, grave } of statusFacts(status, reading, time)) {
    const paint = grave === "error" ? page.paint.red : grave === "warning" ? page.paint.yellow : String;
    lines.push(...wrap(words, page.width, name.padEnd(LABEL), " ".repeat(LABEL)).map((line) => paint(line)));
  }
  for (const incident of status.open.slice(0, MOST_BLOCKS)) {
    lines.push("", ...incidentBlock(incident, time, page));
    const next = nextCommand(incident);
    if (next) lines.push(`  Next: ${next}`);
  }
  const more = status.open.length + status.unlisted - MOST_BLOCKS;
  if (more > 0) lines.push("", `… and ${more} more open, less urgent: dropclock incident list`);
  return lines.join("\n");
}
