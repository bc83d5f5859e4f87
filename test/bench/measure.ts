/** One comparison: how long a thing takes against a floor that was measured in the same breath. */
export interface Comparison {
  name: string;
  subjectMs: number;
  floorMs: number;
  floor: string;
  ratio: number;
  /** The ratio that is aimed at; null where there is none. */
  goal: number | null;
}

type Work = () => unknown;

/**
 * Medians over rounds in which subject and floor take turns, so that a busy machine slows both.
 * @param options `before` goes before each turn of either, and is not measured.
 */
export async function compare(
  name: string,
  subject: Work,
  floor: { name: string; work: Work },
  options: { rounds?: number; goal?: number | null; before?: Work } = {},
): Promise<Comparison> {
  const { rounds = 9, goal = null, before } = options;
  const times: [number[], number[]] = [[], []];
  for (let i = -1; i < rounds; i++) {
    for (const [side, work] of [subject, floor.work].entries()) {
      await before?.();
      const start = performance.now();
      await work();
      // The first round warms up.
      if (i >= 0) times[side]!.push(performance.now() - start);
    }
  }
  const [subjectMs, floorMs] = times.map(median) as [number, number];
  return { name, subjectMs, floorMs, floor: floor.name, ratio: subjectMs / floorMs, goal };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
