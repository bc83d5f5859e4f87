import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { compare as judged } from "../../src/domain/detection/comparison.ts";
import { incrementsOf } from "../../src/domain/detection/counters.ts";
import { baselineOf } from "../../src/domain/detection/normal.ts";
import { Dice } from "../support/dice.ts";
import { ourAlarm, RIVALS } from "./detectionMethods.ts";
import { STEP_MS, STEPS, type Watched, WORLDS, type World, watchedHour } from "./detectionWorlds.ts";
import { type Comparison, compare, median } from "./measure.ts";

const PER_MINUTE = [5, 20, 60, 300, 3000];
const TIMES = [3, 10, 40];
const HALF_AN_HOUR = STEPS / 2;

interface Size {
  /** Watched hours in which nothing is wrong, of each cell. */
  calm: number;
  /** Watched hours of each regression. */
  regressed: number;
}

/** How one way of detection did in one cell. */
export interface DetectionRow {
  world: string;
  perMinute: number;
  method: string;
  /** In 1,000 watched hours; null where that was not asked. */
  falseAlarms: number | null;
  /** By how much worse it became: found within 30 minutes, a share; and the median minutes, null beyond the hour. */
  found: Record<number, { share: number; minutes: number | null }>;
}

export interface DetectionGoal {
  name: string;
  value: number;
  goal: string;
  kept: boolean;
}

export interface DetectionResult {
  rows: DetectionRow[];
  goals: DetectionGoal[];
}

export const detectionBench = () => measured({ calm: 20_000, regressed: 2_000 });
export const quickDetectionBench = () => measured({ calm: 1_000, regressed: 200 });

/**
 * False alarms and what is found, in simulated hours after a drop: ours beside what people use, at their usual
 * settings and again at our rate of false alarms (or the one that so many hours can still tell from none). That second
 * setting is found by hindsight in each cell, which nobody has who sets a threshold: it favours the others.
 */
async function measured(size: Size): Promise<DetectionResult> {
  const rows = WORLDS.flatMap((world, i) =>
    PER_MINUTE.flatMap((perMinute) => cell(world, perMinute, 1 + i * 10_000 + perMinute, size)),
  );
  const beyond = beyondTheModel(size);
  return { rows: [...rows, ...beyond], goals: goalsOf(rows) };
}

/** The steps, from 1, at which one way of detection alarmed; null: not within the hour. */
type Alarms = (number | null)[];

const shareOf = (alarms: Alarms) => alarms.filter((step) => step !== null).length / alarms.length;

function cell(world: World, perMinute: number, seed: number, size: Size): DetectionRow[] {
  const calm: Alarms = [];
  const peaks = RIVALS.map(() => new Float64Array(size.calm));
  hours(world, perMinute, 1, seed, size.calm, (watched, i) => {
    calm.push(ourAlarm(watched));
    for (const [r, { statistic }] of RIVALS.entries())
      peaks[r]![i] = statistic(watched).reduce((a, b) => Math.max(a, b));
  });
  // Fewer than ten alarms would be a matter of luck.
  const fairShare = Math.max(shareOf(calm), 10 / size.calm);
  const settings = RIVALS.flatMap(({ name, usual, statistic }, r) => {
    const fair = [...peaks[r]!].sort((a, b) => b - a)[Math.floor(fairShare * size.calm)]!;
    const limits = [
      { name, limit: usual },
      { name: `${name}, at our rate`, limit: fair },
    ];
    return limits.map((setting) => ({ ...setting, r, statistic }));
  });
  const rows: DetectionRow[] = [
    row(world.name, perMinute, "ours", shareOf(calm)),
    ...settings.map(({ name, limit, r }) =>
      row(world.name, perMinute, name, peaks[r]!.filter((peak) => peak > limit).length / size.calm),
    ),
  ];
  for (const times of TIMES) {
    const alarms: Alarms[] = rows.map(() => []);
    hours(world, perMinute, times, seed + times, size.regressed, (watched) => {
      alarms[0]!.push(ourAlarm(watched));
      const paths = RIVALS.map(({ statistic }) => statistic(watched));
      for (const [i, { r, limit }] of settings.entries()) {
        const step = paths[r]!.findIndex((value) => value > limit);
        alarms[i + 1]!.push(step < 0 ? null : step + 1);
      }
    });
    for (const [i, each] of alarms.entries()) rows[i]!.found[times] = foundIn(each);
  }
  return rows;
}

const row = (world: string, perMinute: number, method: string, share: number | null): DetectionRow => ({
  world,
  perMinute,
  method,
  falseAlarms: share === null ? null : 1000 * share,
  found: {},
});

function foundIn(alarms: Alarms, begins = 0) {
  const delays = alarms.map((step) => (step === null ? Number.POSITIVE_INFINITY : step - begins));
  const minutes = (median(delays) * STEP_MS) / 60_000;
  const share = delays.filter((delay) => delay <= HALF_AN_HOUR).length / delays.length;
  return { share, minutes: Number.isFinite(minutes) ? minutes : null };
}

type Twist = NonNullable<Parameters<typeof watchedHour>[4]>;

function hours(
  world: World,
  perMinute: number,
  times: number,
  seed: number,
  count: number,
  visit: (watched: Watched, i: number) => void,
  twist?: (dice: Dice) => Twist,
): void {
  const dice = new Dice(seed);
  for (let i = 0; i < count; i++) visit(watchedHour(world, perMinute, times, dice, twist?.(dice)), i);
}

/** What nobody promised: longer tails than gamma's, a change that is less than `worse`, one that begins late. */
function beyondTheModel(size: Size): DetectionRow[] {
  const [steady, bursty] = WORLDS as [World, World];
  const lognormal = (dice: Dice): Twist => ({
    factor: () => Math.exp(Math.sqrt(Math.LN2) * dice.normal() - Math.LN2 / 2),
  });
  const share = (world: World, perMinute: number, times: number, twist?: (dice: Dice) => Twist) => {
    const alarms: Alarms = [];
    hours(
      world,
      perMinute,
      times,
      77 + perMinute,
      size.calm / 2,
      (watched) => alarms.push(ourAlarm(watched)),
      twist,
    );
    return shareOf(alarms);
  };
  const late = (world: World, perMinute: number): DetectionRow => {
    const found = { ...row(`${world.name}, 20 min late`, perMinute, "ours", null) };
    const begins = 40;
    for (const times of TIMES) {
      const alarms: Alarms = [];
      hours(
        world,
        perMinute,
        times,
        99 + times,
        size.regressed,
        (watched) => alarms.push(ourAlarm(watched)),
        () => ({ begins }),
      );
      found.found[times] = foundIn(alarms, begins);
    }
    return found;
  };
  return [
    ...[60, 3000].map((n) => row("bursty, lognormal", n, "ours", share(bursty, n, 1, lognormal))),
    ...[60, 3000].map((n) => row("steady, ×1.4", n, "ours", share(steady, n, 1.4))),
    ...[60, 3000].map((n) => row("bursty, ×1.4", n, "ours", share(bursty, n, 1.4))),
    late(steady, 20),
    late(bursty, 60),
  ];
}

function goalsOf(rows: readonly DetectionRow[]): DetectionGoal[] {
  const ours = rows.filter(({ method }) => method === "ours");
  const at = (world: string, perMinute: number, times: number) =>
    ours.find((each) => each.world === world && each.perMinute === perMinute)!.found[times]!;
  const atLeast = (world: string, perMinute: number, times: number, share: number): DetectionGoal => {
    const value = at(world, perMinute, times).share;
    const name = `${world}, ×${times} at ${perMinute} a minute, found in 30 min`;
    return { name, value, goal: `≥ ${share}`, kept: value >= share };
  };
  const minutes = at("steady", 20, 10).minutes ?? Number.POSITIVE_INFINITY;
  return [
    ...WORLDS.map(({ name }): DetectionGoal => {
      const value = Math.max(...ours.filter(({ world }) => world === name).map((each) => each.falseAlarms!));
      return {
        name: `${name}, false alarms in 1,000 h, worst traffic`,
        value,
        goal: "≤ 2",
        kept: value <= 2,
      };
    }),
    atLeast("steady", 20, 10, 0.98),
    { name: "steady, ×10 at 20 a minute, median minutes", value: minutes, goal: "≤ 10", kept: minutes <= 10 },
    atLeast("steady", 300, 3, 0.97),
    atLeast("steady", 5, 40, 0.99),
    atLeast("bursty", 60, 10, 0.87),
    atLeast("bursty", 3000, 3, 0.17),
  ];
}

/** What a reading costs after an hour, from counters to the verdict, against asking a server on this machine. */
export async function readingBench(): Promise<Comparison[]> {
  const dice = new Dice(5);
  const counter = (from: number, to: number, every: number, mean: number) => {
    const samples = [];
    let value = 0;
    for (let at = from; at <= to; at += every) {
      value += dice.poisson(mean);
      samples.push({ at, value });
    }
    return [{ key: "", samples }];
  };
  const stretch = (from: number, to: number, every: number) =>
    ({ bad: counter(from, to, every, 1), all: counter(from, to, every, 200) }) as const;
  const day = 86_400_000;
  const normal = [stretch(-day, 0, 60_000), stretch(-7 * day, -6 * day, 60_000)];
  const baselines = normal.map((counters, i) => baselineOf(String(i), incrementsOf(counters), 0)!);
  const watch = stretch(0, 3_600_000, 15_000);
  const law = { worse: 1.5, falseAlarms: 0.001, tests: 1 };
  const reading = () => judged(law, 0, baselines, incrementsOf(watch), 3_600_000);

  const body = JSON.stringify(watch);
  const server = createServer((_, response) => response.end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const request = async () => (await fetch(`http://127.0.0.1:${port}/`)).json();
  try {
    const floor = { name: "one request to a server here", work: request };
    return [await compare("a reading, an hour after the drop", reading, floor, { rounds: 31, goal: 1 })];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
