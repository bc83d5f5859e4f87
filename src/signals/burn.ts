import { parseAllDocuments } from "yaml";
import {
  BURN_WINDOWS,
  type BurnLaw,
  burn,
  countsBefore,
  type EventCounts,
} from "../domain/detection/burnRate.ts";
import { eventsOf, queryOver, readOpenSlo, type SloObjective } from "../domain/detection/openSlo.ts";
import type { SourceOf } from "../domain/policy/signalTerms.ts";
import type { Answer } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Instant } from "../domain/time/instant.ts";
import { eventsReader } from "./events.ts";
import type { Http, SignalSource, WatchContext } from "./http.ts";
import { prometheusSource } from "./prometheus.ts";
import { ReadingFailed } from "./secrets.ts";

const FINEST = 15_000;
const STEPS = 300;

type CountsOver = (window: number, now: Instant, stop: AbortSignal) => Promise<EventCounts>;

interface Objective {
  /** Null: it is the only one, and has no name. */
  name: string | null;
  law: Omit<BurnLaw, "leastEvents">;
  countsOver: CountsOver;
}

/** Reads how fast the budget of an objective burns; of several objectives of a file the worst one speaks. */
export function burnSource(
  source: SourceOf<"burn">,
  http: Http,
  context: WatchContext,
  leastEvents: number,
): SignalSource {
  let objectives: Promise<Objective[]> | null = null;
  const known = new Map<string, { at: Instant; counts: EventCounts }>();
  const read = async (stop: AbortSignal): Promise<Answer> => {
    objectives ??= objectivesOf(source, http, context);
    const all = await objectives.catch((error) => {
      // The file may be fixed meanwhile.
      objectives = null;
      throw error;
    });
    const now = context.now();
    const verdicts = [];
    for (const [i, { name, law, countsOver }] of all.entries()) {
      const counts = new Map<number, EventCounts>();
      for (const window of BURN_WINDOWS) {
        const key = `${i} ${window}`;
        const last = known.get(key);
        // A long window hardly changes from one reading to the next: a hundredth of it may pass.
        const fresh =
          last && now - last.at < window / 100
            ? last
            : { at: now, counts: await countsOver(window, now, stop) };
        known.set(key, fresh);
        counts.set(window, fresh.counts);
      }
      const verdict = burn({ ...law, leastEvents }, (window) => counts.get(window)!, now);
      verdicts.push({ kind: "burn" as const, verdict, objective: law.objective, name });
    }
    const [worst] = verdicts.sort((a, b) => rank(b.verdict.state) - rank(a.verdict.state));
    return { detection: worst! };
  };
  return async (stop) => {
    try {
      return await read(stop);
    } catch (error) {
      if (error instanceof ReadingFailed) return error.failure;
      throw error;
    }
  };
}

const RANKS = ["noData", "calm", "notEnoughTraffic", "ticket", "page"] as const;
const rank = (state: (typeof RANKS)[number]) => RANKS.indexOf(state);

async function objectivesOf(
  source: SourceOf<"burn">,
  http: Http,
  context: WatchContext,
): Promise<Objective[]> {
  const { events, objective, period, slo } = source;
  if (events && objective !== null) {
    const read = eventsReader(source, events, http);
    const countsOver: CountsOver = async (window, now, stop) => {
      const counted = await read(
        now - window,
        now,
        Math.max(FINEST, Math.ceil(window / STEPS / 1000) * 1000),
        stop,
      );
      return counted ? countsBefore(counted.whole, now)(window) : { bad: 0, all: 0 };
    };
    return [{ name: null, law: { objective, period }, countsOver }];
  }
  const objectives = await readObjectives(slo ?? "", context);
  return objectives.map((each) => ({
    name: each.name,
    law: { objective: each.target, period: each.period },
    countsOver: (window, now, stop) => sloCounts(source, each, window, http, now, stop),
  }));
}

export async function readObjectives(
  file: string,
  { readFile }: Pick<WatchContext, "readFile">,
): Promise<SloObjective[]> {
  const shown = plainText(file, 120);
  const text = await readFile(file);
  if (text === null)
    throw new ReadingFailed(`${shown} is not on the release branch; add it, or correct \`slo\`.`);
  let documents: unknown[];
  try {
    documents = parseAllDocuments(text, { version: "1.2", schema: "core" }).map((each) => {
      if (each.errors.length > 0) throw each.errors[0];
      return each.toJS({ maxAliasCount: 100 });
    });
  } catch {
    throw new ReadingFailed(`${shown} cannot be read as YAML; correct it.`);
  }
  const reading = readOpenSlo(documents);
  if ("objectives" in reading) return reading.objectives;
  const { path, message } = reading.fault;
  throw new ReadingFailed(`${shown}: \`${plainText(path, 120)}\` ${plainText(message, 200)}.`);
}

async function sloCounts(
  { url, auth }: SourceOf<"burn">,
  objective: SloObjective,
  window: number,
  http: Http,
  now: Instant,
  stop: AbortSignal,
): Promise<EventCounts> {
  const read = async (asked: SloObjective["events"]) => {
    const query = queryOver(asked, window);
    const answer = await prometheusSource(
      { kind: "prometheus", url, query, ...(auth ? { auth } : {}) },
      http,
    )(stop, now);
    if ("failed" in answer) throw new ReadingFailed(answer.failed, answer.secret, answer.named);
    const numbers = "series" in answer ? answer.series.map(({ value }) => value).filter(Number.isFinite) : [];
    const sum = numbers.reduce((a, b) => a + b, 0);
    return sum * eventsPerQuery(asked.text, window);
  };
  const [events, total] = await Promise.all([read(objective.events), read(objective.total)]);
  return eventsOf(objective, events, total);
}

/** How many events one of a query's answers stands for: a rate is per second, and traffic is counted in events. */
export const eventsPerQuery = (text: string, window: number): number =>
  /\bi?rate\s*\(/.test(text) ? window / 1000 : 1;
