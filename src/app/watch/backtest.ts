import {
  type BacktestRow,
  type BacktestSummary,
  backtest,
  type PastDrop,
  type PastIncident,
  summaryOf,
} from "../../domain/detection/backtest.ts";
import type { Release } from "../../domain/drop/release.ts";
import { watchEndsAt } from "../../domain/drop/status.ts";
import { POLICY_PATH, type Policy, type Signal } from "../../domain/policy/policy.ts";
import type { SourceKind } from "../../domain/policy/signalTerms.ts";
import type { Detection } from "../../domain/signal/detection.ts";
import { detectionData } from "../../domain/signal/judgement.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { Http } from "../../signals/http.ts";
import { type Replayed, replayOf } from "../../signals/replay.ts";
import { ReadingFailed, type Secrets } from "../../signals/secrets.ts";
import { readText } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { filesInForce, httpInForce } from "../updates/secretsInForce.ts";

/** What a backtest found of one signal. */
export interface SignalBacktest {
  signal: Signal;
  /** Null: its source only knows the present. */
  summary: BacktestSummary | null;
  /** Oldest first. */
  rows: BacktestRow<Detection | Evaluation | null>[];
  /** What could not be read, each once, as sentences. */
  failures: string[];
}

export interface Backtest {
  at: Instant;
  policy: "in force" | "work tree";
  drops: PastDrop[];
  signals: SignalBacktest[];
}

interface BacktestWish {
  /** How many past drops, the newest first. */
  drops: number;
  /** Goes by the policy of the work tree; secrets go all the same only where the policy in force sends them. */
  workTree: boolean;
  secrets: Secrets;
  fetch: typeof fetch;
  stop: AbortSignal;
  /** Only the signals of these names; left out: all. */
  only?: readonly string[];
}

/** Requests at once: a server that is asked for a year must keep answering others. */
const AT_ONCE = 4;

/**
 * What the signals of a policy would have found in the watch windows of past drops, against the incidents on record.
 * @throws {HumanError} where the folder is not trusted, or there is no valid policy to go by.
 */
export async function runBacktest(
  project: Pick<Project, "root" | "trusted" | "repository" | "policy" | "policyIn" | "read" | "now">,
  wish: BacktestWish,
): Promise<Backtest> {
  if (!project.trusted) throw new HumanError("refused", "This folder is not trusted, so nothing is asked.");
  const { release } = await project.read();
  const policy = wish.workTree ? await draftOf(project) : release.policy.policy;
  const now = project.now();
  const drops = pastDrops(release, policy, now).slice(-wish.drops);
  const incidents = pastIncidents(release);
  const http = httpInForce(project, wish.secrets, wish.fetch);
  const tests = policy.signals.filter(({ source }) => source.kind === "compare").length;
  const context = { tests, readFile: filesInForce(project) };
  const wanted = policy.signals.filter(({ name }) => wish.only?.includes(name) ?? true);
  const signals: SignalBacktest[] = [];
  for (const signal of wanted)
    signals.push(await backtestOf(signal, drops, incidents, { http, context, stop: wish.stop }));
  return { at: now, policy: wish.workTree ? "work tree" : "in force", drops, signals };
}

async function draftOf(project: Pick<Project, "root" | "policyIn">): Promise<Policy> {
  const text = await readText(project.root, POLICY_PATH);
  const policy = text === null ? null : await project.policyIn(text);
  if (policy) return policy;
  throw new HumanError(
    "usage",
    `${POLICY_PATH} in this work tree is missing or has errors; see: dropclock policy check`,
  );
}

/** Drops whose watch window is over, the oldest first. */
function pastDrops({ drops }: Release, policy: Policy, now: Instant): PastDrop[] {
  const past = drops.flatMap((drop): PastDrop[] => {
    const endsAt = watchEndsAt(policy, drop);
    return endsAt === null || endsAt > now ? [] : [{ tag: drop.tag, shippedAt: drop.shippedAt, endsAt }];
  });
  return past.sort((a, b) => a.shippedAt - b.shippedAt);
}

const pastIncidents = ({ incidents }: Release): PastIncident[] =>
  incidents
    .filter(({ kind }) => kind === "real")
    .map(({ id, drop, round, earlier, openedAt }) => ({
      id,
      drop,
      startedAt: (earlier[0] ?? round).marks.started?.at ?? openedAt,
      endedAt: round.marks.mitigated?.at ?? round.marks.resolved?.at ?? null,
    }));

interface Means {
  http: Http;
  context: Parameters<typeof replayOf>[2];
  stop: AbortSignal;
}

async function backtestOf(
  signal: Signal,
  drops: readonly PastDrop[],
  incidents: readonly PastIncident[],
  { http, context, stop }: Means,
): Promise<SignalBacktest> {
  const replay = replayOf(signal, http, context);
  if (!replay) return { signal, summary: null, rows: [], failures: [] };
  const found = new Map<string, Replayed>();
  const failures = new Set<string>();
  const waiting = [...drops];
  const work = async () => {
    for (let drop = waiting.shift(); drop && !stop.aborted; drop = waiting.shift()) {
      try {
        found.set(drop.tag, await replay(drop, incidents, stop));
      } catch (error) {
        if (!(error instanceof ReadingFailed)) throw error;
        failures.add(error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const unread = { alarmedAt: null, conclusive: false, numbers: null };
  const rows = backtest<Detection | Evaluation | null>(
    drops,
    incidents,
    ({ tag }) => found.get(tag) ?? unread,
  );
  return { signal, summary: summaryOf(rows), rows, failures: [...failures] };
}

/** The JSON of a backtest: instants are ISO 8601 in UTC, durations milliseconds. */
export function backtestReport({ at, policy, drops, signals }: Backtest) {
  return {
    at: formatInstant(at),
    policy,
    drops: drops.map(({ tag }) => tag),
    signals: signals.map(({ signal, summary, rows, failures }) => ({
      name: signal.name,
      kind: signal.source.kind satisfies SourceKind,
      replayable: summary !== null,
      summary: summary && {
        drops: summary.drops,
        found: summary.found,
        missed: summary.missed,
        falseAlarms: summary.false,
        quiet: summary.quiet,
        unseen: summary.unseen,
        medianDelayMs: summary.medianDelay,
      },
      rows: rows.map(({ drop, outcome, incident, alarmedAt, delay, numbers }) => ({
        drop: drop.tag,
        shippedAt: formatInstant(drop.shippedAt),
        outcome,
        incident,
        alarmedAt: alarmedAt === null ? null : formatInstant(alarmedAt),
        delayMs: delay,
        numbers: numbers && numbersReport(numbers),
      })),
      failures,
    })),
  };
}

function numbersReport(numbers: Detection | Evaluation): Record<string, unknown> {
  if ("kind" in numbers) return detectionData(numbers);
  if (numbers.detection) return detectionData(numbers.detection);
  const { value, series, why } = numbers;
  return { kind: "threshold", value: value !== null && Number.isFinite(value) ? value : null, series, why };
}
