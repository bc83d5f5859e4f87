import { compare, worstVariant } from "../domain/detection/comparison.ts";
import { type Baseline, BLOCK_MS, baselinesOf } from "../domain/detection/normal.ts";
import type { SourceOf } from "../domain/policy/signalTerms.ts";
import type { Answer } from "../domain/signal/signal.ts";
import { writeDuration } from "../domain/time/duration.ts";
import type { Instant } from "../domain/time/instant.ts";
import { type Counted, type EventsReader, eventsReader } from "./events.ts";
import type { Http, SignalSource, WatchContext } from "./http.ts";
import { ReadingFailed } from "./secrets.ts";

const DAY = 86_400_000;
const FINEST = 15_000;
/** A watch of days is read coarser than one of minutes. */
const MOST_STEPS = 480;

/** How finely a watch is read that has gone on for so long. Milliseconds. */
export const stepOver = (span: number) => Math.max(FINEST, Math.ceil(span / MOST_STEPS / 1000) * 1000);

/** What one baseline was, by variant; `whole` stands for a variant that was not there before the drop. */
interface Normals {
  whole: Baseline[];
  variants: Map<string, Baseline[]>;
}

/** Compares what comes in since the watch began with what was normal before the drop. Normal is read once. */
export function comparisonSource(
  source: SourceOf<"compare">,
  http: Http,
  context: WatchContext,
): SignalSource {
  const read = eventsReader(source, source.events, http);
  let normals: Normals | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async (stop) => {
    try {
      const now = context.now();
      const { since } = context;
      const counted = await read(since, now, stepOver(now - since), stop);
      if (!counted) return { series: [] };
      // What is not known yet may be known later: a server that is still starting, a day that is not over.
      const unknown = normals?.whole.length === 0 && now - lookedAt >= BLOCK_MS;
      if (normals === null || unknown) {
        normals = await readNormals(source, read, context, stop);
        lookedAt = now;
      }
      return judged(source, counted, normals, context, now);
    } catch (error) {
      if (error instanceof ReadingFailed) return error.failure;
      throw error;
    }
  };
}

async function readNormals(
  source: SourceOf<"compare">,
  read: EventsReader,
  context: WatchContext,
  stop: AbortSignal,
): Promise<Normals> {
  const { shippedAt, since, incidents } = context;
  const reads: { name: string; before: number; counted: Counted | null }[] = [];
  for (const before of source.before)
    reads.push({
      name: writeDuration(before),
      before,
      counted: await readDay(read, shippedAt, before, stop),
    });
  const of = (pick: (counted: Counted) => Counted["whole"]) =>
    baselinesOf(
      shippedAt,
      since,
      reads.flatMap(({ counted, ...rest }) => (counted ? [{ ...rest, increments: pick(counted) }] : [])),
      incidents,
    );
  const names = new Set(reads.flatMap(({ counted }) => counted?.variants.map(({ name }) => name) ?? []));
  const own = (name: string) => (counted: Counted) =>
    counted.variants.find((each) => each.name === name)?.increments ?? [];
  return {
    whole: of(({ whole }) => whole),
    variants: new Map([...names].map((name) => [name, of(own(name))])),
  };
}

/** The day that begins so long before a drop shipped, in normal's own blocks. */
export const readDay = (read: EventsReader, shippedAt: Instant, before: number, stop: AbortSignal) =>
  read(shippedAt - before, shippedAt - before + DAY, BLOCK_MS, stop);

function judged(
  { worse, falseAlarms }: SourceOf<"compare">,
  { whole, variants }: Counted,
  normals: Normals,
  { since, tests }: WatchContext,
  now: Instant,
): Answer {
  const single = variants.length === 0;
  const each = single ? [{ name: "", increments: whole }] : variants;
  const law = { worse, falseAlarms, tests: tests * each.length };
  const verdicts = each.map(({ name, increments }) => {
    const own = normals.variants.get(name) ?? [];
    return { name, verdict: compare(law, since, own.length > 0 ? own : normals.whole, increments, now) };
  });
  const worst = worstVariant(verdicts)!;
  const variant = single ? null : worst.name;
  return { detection: { kind: "compare", verdict: worst.verdict, variant, variants: each.length } };
}
