import { explainedFlags, flagsBesideText, type TimelineEntry } from "../../domain/record/timeline.ts";
import { markdownText, plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { isMilestoneName, withoutMail } from "../eventWords.ts";
import { MILESTONE_ICONS } from "../model/milestones.ts";
import { fullTime, inLocalTime, shortTime } from "../model/text.ts";
import { type Looks, Row, treeItem } from "./row.ts";

const ICONS: Record<string, string> = {
  opened: "flame",
  reopened: "debug-restart",
  severity: "arrow-swap",
  paused: "debug-pause",
  resumed: "play",
  note: "note",
  action: "tasklist",
  repolicied: "law",
  retracted: "discard",
};

/** One event of an incident's timeline. */
export class EventRow extends Row {
  readonly entry: TimelineEntry;
  readonly #now: Instant;

  constructor(id: string, entry: TimelineEntry, now: Instant) {
    super(id);
    this.entry = entry;
    this.#now = now;
  }

  item() {
    const { entry } = this;
    const flags = flagsBesideText(entry);
    const who = withoutMail(entry.by);
    // What happened to the drop is no entry of the incident that could be retracted from it.
    const ownEntry = entry.subject.startsWith("incident/");
    const movable = isMilestoneName(entry.type) ? "milestone" : "other";
    return treeItem(this.id, {
      label: `${shortTime(entry.at, this.#now)} ${plainText(inLocalTime(entry.text, this.#now), 120)}`,
      description: [...flags, who].join(" · "),
      icon: eventIcon(entry),
      color: eventColor(entry),
      tooltip: { markdown: tooltip(entry, this.#now) },
      context: ["event", ownEntry ? (entry.retracted ? "retracted" : "standing") : "elsewhere", movable],
    });
  }
}

export function eventIcon({ type, retracted }: TimelineEntry): string {
  if (retracted) return "circle-slash";
  return (isMilestoneName(type) ? MILESTONE_ICONS[type] : ICONS[type]) ?? "circle-outline";
}

/** A doubtful author must not be passed over. */
function eventColor({ retracted, authorDoubt }: TimelineEntry): Looks["color"] {
  if (retracted) return "disabledForeground";
  return authorDoubt ? "list.warningForeground" : undefined;
}

function tooltip(entry: TimelineEntry, now: Instant): string {
  const entered = `Entered: ${fullTime(entry.recorded)} by ${markdownText(entry.by)}`;
  const lines = [
    `**${markdownText(inLocalTime(entry.text, now), 600)}**`,
    `Happened: ${fullTime(entry.at)}`,
    entry.by === "" ? "Known from git" : entered,
  ];
  const flags = explainedFlags(entry, fullTime);
  if (flags.length > 0) lines.push(`_${flags.map((flag) => markdownText(flag)).join(", ")}_`);
  return lines.join("\n\n");
}
