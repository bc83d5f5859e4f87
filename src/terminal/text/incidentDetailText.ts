import { clocksOf } from "../../domain/incident/clock.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import type { TimelineEntry } from "../../domain/record/timeline.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { closingWords } from "../../domain/wording.ts";
import { incidentBlock, nextCommand } from "./incidentText.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { wrap } from "./table.ts";
import { timelineRows } from "./timelineText.ts";

/** One incident with everything that happened. */
export function incidentDetailText(
  status: IncidentStatus,
  story: readonly TimelineEntry[],
  at: Instant,
  page: Page,
): string {
  const time = new LocalTime(at);
  const { incident } = status;
  const next = nextCommand(status);
  return [
    ...incidentBlock(status, time, page),
    ...(next ? [`  Next: ${next}`] : []),
    ...earlierRounds(incident, time, page),
    "",
    page.paint.bold("Timeline"),
    ...timelineRows(story, time, page, "  "),
  ].join("\n");
}

/** The rounds before the incident was reopened: their verdicts stand. */
function earlierRounds({ earlier, round }: Incident, time: LocalTime, { width }: Page): string[] {
  return earlier.flatMap((each, i) => {
    const over = (earlier[i + 1] ?? round).reopenedAt!;
    const verdicts = clocksOf(each, over)
      .filter(({ state }) => state !== "none")
      .map((clock) => `${clock.name} ${closingWords(clock)}`);
    return wrap(
      `Round ${each.number}, until reopened ${time.time(over)}: ${verdicts.join("; ")}.`,
      width,
      "  ",
      "    ",
    );
  });
}
