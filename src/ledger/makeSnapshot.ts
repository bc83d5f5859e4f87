import { setImmediate as breathe } from "node:timers/promises";
import { settledSince } from "../domain/settled.ts";
import { ID_BYTES, ID_ENTRY } from "./archive.ts";
import { eventsOf, heldIn } from "./eventGroups.ts";
import type { IndexState } from "./eventIndex.ts";
import type { SnapshotHead, SnapshotParts } from "./snapshotFile.ts";
import { writeSegment } from "./snapshotRecord.ts";

/** So many subjects are written down before others have their turn. */
const TURN = 100;

/**
 * Writes down what an index holds. What came from an archive and has not changed since is taken as it lies there.
 * @param now What is over at this instant is written down as such.
 */
export async function makeSnapshot(
  { groups, archive, thawed, ...rest }: IndexState,
  head: string,
  now: number,
): Promise<SnapshotParts> {
  const segments = new Segments();
  let turn = 0;
  for (const [subject, group] of groups) {
    if (++turn % TURN === 0) await breathe();
    const held = heldIn(group);
    const ids = held.map(({ event }) => event.id);
    if (held.length > 0)
      segments.add(subject, settledSince(subject, eventsOf(group), now), ids, writeSegment(held));
  }
  if (archive) {
    const ids = archive.idsBySubject();
    for (const [subject, known] of archive.subjects) {
      if (thawed.has(subject)) continue;
      if (++turn % TURN === 0) await breathe();
      // Time alone may have settled it.
      const since = known.settledSince ?? settledSince(subject, archive.events(subject), now);
      segments.add(subject, since, ids.get(subject)!, archive.segment(subject));
    }
  }
  return {
    head: { head, ...rest, subjects: segments.directory },
    ids: segments.ids(),
    segments: segments.bytes,
  };
}

class Segments {
  readonly directory: SnapshotHead["subjects"] = [];
  readonly bytes: Buffer[] = [];
  readonly #ids: [id: string, subject: number][] = [];

  add(
    subject: string,
    since: number | null,
    ids: readonly string[],
    { events, entries }: ReturnType<typeof writeSegment>,
  ): void {
    for (const id of ids) this.#ids.push([id, this.directory.length]);
    this.directory.push([subject, since, ids.length, events.length, entries.length]);
    this.bytes.push(events, entries);
  }

  /** Each with the number of its subject, in order. */
  ids(): Buffer {
    this.#ids.sort(([a], [b]) => (a < b ? -1 : 1));
    const table = Buffer.alloc(this.#ids.length * ID_ENTRY);
    this.#ids.forEach(([id, subject], i) => {
      table.write(id, i * ID_ENTRY, "latin1");
      table.writeUInt32BE(subject, i * ID_ENTRY + ID_BYTES);
    });
    return table;
  }
}
