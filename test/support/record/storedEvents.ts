import type { StoredEvent } from "../../../src/domain/event/event.ts";
import { newEventId } from "../../../src/ledger/eventId.ts";

/** An event as it would be written, with sensible defaults and an id of its own. */
export function stored(over: Partial<StoredEvent> = {}): StoredEvent {
  return {
    v: 1,
    id: newEventId(Date.parse("2026-11-23T10:05:00Z")),
    subject: "incident/2026-11-23-checkout-5xx",
    type: "note",
    at: "2026-11-23T10:04:00.000Z",
    recorded: "2026-11-23T10:05:00.000Z",
    by: "Ana <ana@example.com>",
    data: { text: "Seen on every shard" },
    ...over,
  };
}

/** The ids in a ledger's content, in an order that two contents can be compared by. */
export function idsOf({ events }: { events: readonly { id: string }[] }): string[] {
  return events.map(({ id }) => id).sort();
}
