import type { StoredEvent } from "../../../src/domain/event/event.ts";
import { writeTerms } from "../../../src/domain/policy/notation.ts";
import { DEFAULT_POLICY } from "../../../src/domain/policy/policy.ts";
import { stored } from "./storedEvents.ts";

/** The events of an incident that is over, all of its clocks settled. */
export function closedIncident(id: string, by = "Ana <ana@example.com>"): StoredEvent[] {
  const policy = writeTerms(DEFAULT_POLICY);
  const opened = { title: `Checkout ${id}`, severity: "critical", drop: null, kind: "real", policy };
  const steps: [type: string, data: Record<string, unknown>][] = [
    ["opened", opened],
    ["started", {}],
    ["detected", {}],
    ["mitigated", { how: "Taken back" }],
    ["updated", { text: "All is well again" }],
    ["resolved", {}],
    ["postmortem", { path: "docs/postmortems/x.md" }],
  ];
  return steps.map(([type, data], i) =>
    stored({ subject: `incident/${id}`, type, data, by, at: `2026-11-23T10:0${i}:00.000Z` }),
  );
}
