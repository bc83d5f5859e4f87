import { readDropRisks } from "../../app/drop/dropChecks.ts";
import { statusReport } from "../../app/drop/report.ts";
import { breachedClocks, type Status, statusAt } from "../../domain/drop/status.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isUnread } from "../../git/anchor.ts";
import { type Answer, type Call, EXIT } from "../call/command.ts";
import { notePosted, policyComplaints } from "../call/complaints.ts";
import { incidentBlock, nextCommand } from "../text/incidentText.ts";
import { LocalTime } from "../text/localTime.ts";
import type { Page } from "../text/page.ts";
import { type Read, statusFacts } from "../text/statusFacts.ts";
import { wrap } from "../text/table.ts";

export async function runStatus({ project }: Call): Promise<Answer> {
  const opened = await project();
  const first = await opened.read();
  const posted = await notePosted(opened, first);
  const reading = posted.noted > 0 ? await opened.read() : first;
  const now = statusAt(reading.release, opened.now());
  const [risks, undo] = await Promise.all([
    readDropRisks(opened, reading),
    now.drop && opened.undo.of(reading.release, now.drop),
  ]);
  const breached = breachedClocks(now.open).length > 0;
  const answer = breached ? EXIT.no : isBroken(now.policy) ? EXIT.wrong : EXIT.fine;
  return {
    json: statusReport(now, reading, { risks, undo }),
    text: (page) => statusText(now, { ...reading, risks, undo }, page),
    complaints: [...policyComplaints(now.policy), ...posted.complaints],
    // Without its branch no drop is known; the clocks go on all the same.
    exit: isUnread(reading.anchor) ? EXIT.failed : answer,
  };
}

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
