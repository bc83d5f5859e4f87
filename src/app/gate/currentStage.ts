import type { LedgerEvent } from "../../domain/event.ts";
import type { Instant } from "../../domain/instant.ts";
import type { Candidate } from "../../domain/nextDrop.ts";
import { dropNamed } from "../../domain/release.ts";
import { type DropStage, stageOf } from "../../domain/stage.ts";
import { committedAt } from "../../git/history.ts";
import type { Governed } from "./governed.ts";

/**
 * Where a drop is among the policy's stages; null before it ships, and without stages. Soaking counts from the latest of
 * all evidence (the entry, the ledger's commit, the tag, the commit): whoever back-dates one of them gains nothing.
 */
export async function currentStage(governed: Governed, { tag }: Candidate): Promise<DropStage | null> {
  const { release, reading, repository } = governed;
  const { stages } = release.policy.policy;
  const drop = dropNamed(release, tag);
  if (!drop || stages.length === 0) return null;
  const counted = release.log.of(`drop/${drop.tag}`);
  // What nobody signed for exposes nothing, and is evidence all the same that it was not there before.
  const events = drop.names.flatMap((name) => reading.ledger.log.of(`drop/${name}`));
  const entered = new Map<string, Instant>();
  for (const event of events) {
    if (event.type !== "shipped" && event.type !== "stage") continue;
    const commit = reading.ledger.provenance(event.id)?.commit;
    const written = commit === undefined ? event.recorded : await committedAt(repository, commit);
    entered.set(event.id, Math.max(event.at, event.recorded, written));
  }
  const at = (event: LedgerEvent) => entered.get(event.id) ?? event.at;
  const isShipped = ({ type }: LedgerEvent) => type === "shipped";
  const first = counted.find(isShipped);
  // Where nobody signed for it, the latest of all that was said.
  const said = (first ? [first] : events.filter(isShipped)).map(at);
  const tags = reading.facts.tags.filter(({ name }) => drop.names.includes(name)).map(({ date }) => date);
  const shippedAt = Math.max(drop.shippedAt, ...said, ...tags, await committedAt(repository, drop.commit));
  return stageOf(stages, counted, shippedAt, at);
}
