import { isDeepStrictEqual } from "node:util";
import type { LedgerEvent, StoredEvent } from "../domain/event/event.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { type DataCheck, decodeEntry, encodeEvent } from "./codec.ts";
import type { EventIndex } from "./eventIndex.ts";

/** An event about to be written, with its bytes. */
export interface NewEntry {
  event: StoredEvent;
  bytes: Buffer;
}

/**
 * What is to be written of these events: those that are on record already are left out, so that an append may be
 * tried again.
 * @throws {HumanError} when an event could not be read back, or its id is on record for another one.
 */
export function entriesToAdd(
  events: readonly StoredEvent[],
  index: EventIndex,
  checkData?: DataCheck,
): NewEntry[] {
  const fresh = new Map<string, NewEntry>();
  for (const event of events) {
    const bytes = Buffer.from(encodeEvent(event), "utf8");
    const decoded = decodeEntry(bytes, checkData);
    if (typeof decoded === "string")
      throw new HumanError("usage", `This event ${decoded}, so it is not written.`);
    const twin = fresh.get(event.id);
    const known = index.get(event.id);
    if (twin ? !twin.bytes.equals(bytes) : known && !isDeepStrictEqual(asClaimed(known), decoded)) {
      throw new HumanError("usage", `The id ${event.id} belongs to another event already; make a new one.`);
    }
    if (!known && !twin) fresh.set(event.id, { event, bytes });
  }
  return [...fresh.values()];
}

const asClaimed = ({ enteredBy: _, touched: __, ...event }: LedgerEvent): LedgerEvent => event;
