import { inOrder, type LedgerEvent } from "../../../src/domain/event/event.ts";
import { foldIncident } from "../../../src/domain/incident/incident.ts";
import { type FindNames, namesOf } from "../../../src/domain/public/leaks.ts";
import {
  type DropFate,
  draftPublic,
  type PublicDraft,
  type PublicIncident,
} from "../../../src/domain/public/publicIncident.ts";
import type { Instant } from "../../../src/domain/time/instant.ts";
import { SAMPLE_TERMS } from "./events.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STANDS: DropFate = { undoneAt: null, reappliedAt: null };

/** A record as a team has it after some months: incidents kept and missed, one that came back, one that is open. */
export function publicSample(): PublicIncident[] {
  const made = [
    past("2026-11-23T09:50Z", "Checkout fails for carts without a discount", "critical", {
      detected: 6,
      updated: 25,
      summary: "One customer in five could not pay.",
    }),
    past("2026-11-11T10:20Z", "Slow checkout", "major", {
      detected: 30,
      mitigated: 570,
      updated: 595,
      resolved: 720,
      postmortem: 2880,
    }),
    past("2026-10-29T07:00Z", "Confirmation mails arrive late", "minor", {
      detected: 90,
      mitigated: 300,
      updated: 320,
      resolved: 400,
    }),
    past("2026-09-08T13:00Z", "Search finds nothing for words with an accent", "major", {
      detected: 12,
      mitigated: 95,
      updated: 130,
      resolved: 180,
      postmortem: 9000,
    }),
    past("2026-06-02T06:30Z", "Payments by card are refused", "critical", {
      detected: 9,
      mitigated: 64,
      updated: 90,
      resolved: 150,
      postmortem: 1500,
      summary: "Every payment by card was refused for 55 minutes. Nobody was charged twice; carts were kept.",
      undone: true,
    }),
    past("2025-12-01T08:00Z", "Ask ana@example.com about db-prod-3", "minor", {
      detected: 60,
      mitigated: 200,
      updated: 201,
      resolved: 300,
    }),
  ];
  return made.sort((a, b) => b.openedAt - a.openedAt);
}

interface Course {
  detected: number;
  mitigated?: number;
  updated: number;
  resolved?: number;
  postmortem?: number;
  summary?: string;
  undone?: boolean;
}

/** @param course Minutes from the start. */
function past(
  start: string,
  title: string,
  severity: string,
  { summary, undone, ...course }: Course,
): PublicIncident {
  const began = Date.parse(start);
  const events = Object.entries(course).map(([type, minutes]) => ({
    type,
    at: began + minutes * MINUTE,
    data: {},
  }));
  const told = summary ? [{ type: "summary", at: began + HOUR, data: { impact: summary } }] : [];
  const opening = {
    type: "opened",
    at: began + course.detected * MINUTE,
    data: { title, severity, kind: "real" },
  };
  const all = [opening, { type: "started", at: began, data: {} }, ...events, ...told];
  const fate = undone ? { ...STANDS, undoneAt: began + (course.mitigated ?? 0) * MINUTE } : STANDS;
  return draftOf(all, { fate, now: Date.parse("2026-11-23T10:40Z") }).published!;
}

/** What becomes public of an incident of these events. */
export function draftOf(
  events: readonly { type: string; at: Instant; recorded?: Instant; data: Record<string, unknown> }[],
  { fate = STANDS, now = Date.parse("2026-11-23T20:00Z"), findNames = namesOf([]) as FindNames } = {},
): PublicDraft {
  const ledger: LedgerEvent[] = events.map((event, i) => ({
    ...event,
    id: `${event.at.toString().padStart(16, "0")}${String(i).padStart(10, "0")}`,
    subject: "incident/x",
    recorded: event.recorded ?? event.at,
    by: "Ana Silva <ana@example.com>",
  }));
  const incident = foldIncident("x", ledger.sort(inOrder), { terms: SAMPLE_TERMS, shippedAt: () => null })!;
  return draftPublic(incident, fate, findNames, now);
}
