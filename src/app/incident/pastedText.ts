import type { StoredEvent } from "../../domain/event/event.ts";
import { refuseFuture } from "../../domain/incident/entry.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import { isTimeZone } from "../../domain/policy/calendar.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { timeInText } from "../../domain/time/textTime.ts";
import type { Draft, Project } from "../project/project.ts";
import { incidentNamed } from "./incidents.ts";

/** One line for the timeline, from what somebody pasted. */
interface PastedLine {
  /** Null: it names no zone, and nobody has said which. */
  at: Instant | null;
  text: string;
  /** The zone that it is taken to be in; null where the text names its own. */
  zone: string | null;
}

const MOST_LINES = 100;
const LONGEST_LINE = 1000;

/**
 * Reads pasted text: each line that carries a time is an entry; one without belongs to the entry before, or happened
 * then where there is none.
 * @param happenedAt When that was; left out: now.
 */
export function readPasted(
  text: string,
  incident: Pick<Incident, "round">,
  zone: string | null,
  now: Instant,
  happenedAt = now,
): PastedLine[] {
  const from = incident.round.reopenedAt ?? incident.round.marks.started?.at ?? now;
  const entries: PastedLine[] = [];
  // The line above, where it carried no time, and what its entry said before it.
  let above: { words: string; before: string } | null = null;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const found = timeInText(line, { zone, from, now });
    const words = plainText(found?.rest ?? line, LONGEST_LINE);
    if (found) {
      const named = words === "" && /^\s/.test(line) ? above : null;
      // Chats are copied with the name above the time.
      if (named) entries.at(-1)!.text = named.before;
      entries.push({
        at: found.at,
        text: named ? `${named.words}:` : words,
        zone: found.zoned ? null : zone,
      });
      above = null;
    } else if (words !== "") {
      if (entries.length === 0) entries.push({ at: happenedAt, text: "", zone: null });
      const last = entries.at(-1)!;
      above = { words, before: last.text };
      last.text = plainText(`${last.text} ${words}`, LONGEST_LINE);
    }
  }
  return entries.filter((entry) => entry.text !== "");
}

/** Whether any line carries a time for which somebody must say the zone. */
export const needsZone = (lines: readonly PastedLine[]) => lines.some(({ at }) => at === null);

/**
 * Puts pasted text on an incident's timeline, all of it or nothing. What carries no time happened when the
 * project says that it did, else now.
 * @param zone An IANA name, for times that name no zone.
 * @throws {HumanError} where a time names no zone and none is given, or lies in the future.
 */
export async function addPasted(
  project: Project,
  ref: string,
  text: string,
  zone: string | null,
): Promise<StoredEvent[]> {
  if (zone !== null && !isTimeZone(zone))
    throw new HumanError(
      "usage",
      `“${plainText(zone, 60)}” is no time zone; write one such as Europe/Oslo, or UTC.`,
    );
  const incident = await incidentNamed(project, ref);
  const now = project.now();
  const given = project.happenedAtGiven;
  const lines = readPasted(text, incident, zone, now, given ?? now);
  if (given !== null && lines.length > 0 && !lines.some(({ at }) => at === given))
    throw new HumanError(
      "usage",
      "Each line carries its own time, so that --at would count for nothing; leave it out.",
    );
  if (lines.length === 0) throw new HumanError("usage", "There is no text to put on the timeline.");
  if (lines.length > MOST_LINES)
    throw new HumanError(
      "usage",
      `${lines.length} entries exceed the limit of ${MOST_LINES}; choose what matters.`,
    );
  return project.append(lines.map((line) => draftOf(incident, line, now)));
}

function draftOf(incident: Incident, { at, text, zone }: PastedLine, now: Instant): Draft {
  if (at === null) {
    throw new HumanError(
      "usage",
      `The time of “${plainText(text, 60)}” has no time zone, and would mean another instant on each machine; say which it is in: --zone Europe/Oslo.`,
    );
  }
  const future = refuseFuture(`“${plainText(text, 60)}”`, at, now);
  if (future) throw new HumanError("usage", future);
  const data = { text, pasted: true, ...(zone === null ? {} : { zone }) };
  return { subject: `incident/${incident.id}`, type: "note", at, data };
}
