import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { writeTerms } from "../../../src/domain/policy/notation.ts";
import { SAMPLE_TARGETS, type Terms } from "../../../src/domain/policy/terms.ts";
import { parseInstant } from "../../../src/domain/time/instant.ts";

/** 23 November 2026, a Monday, at a time of day in UTC. */
export function at(time: string): number {
  const instant = parseInstant(
    time.includes("T") ? time : `2026-11-23T${time.length === 5 ? `${time}:00` : time}Z`,
  );
  if (instant === null) throw new Error(`not a time: ${time}`);
  return instant;
}

export const SAMPLE_TERMS: Terms = { targets: SAMPLE_TARGETS, calendar: "always" };

let counter = 0;

/** An event with sensible defaults; ids rise in the order of making. */
export function event(type: string, when: number, over: Partial<LedgerEvent> = {}): LedgerEvent {
  counter += 1;
  return {
    id: counter.toString().padStart(26, "0"),
    subject: "incident/2026-11-23-checkout-5xx",
    type,
    at: when,
    recorded: when,
    by: "Ana <ana@example.com>",
    data: {},
    ...over,
  };
}

export function opened(
  when: number,
  data: Record<string, unknown> = {},
  terms: Terms = SAMPLE_TERMS,
): LedgerEvent {
  const policy = writeTerms(terms);
  return event("opened", when, {
    data: { title: "Checkout 5xx", severity: "critical", drop: null, kind: "real", policy, ...data },
  });
}
