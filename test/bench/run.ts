import type { Budget } from "./bundle.bench.ts";
import type { DetectionResult, DetectionRow } from "./detection.bench.ts";
import { inOwnProcess } from "./inOwnProcess.ts";
import type { Comparison } from "./measure.ts";

// Ratios against floors that are measured in the same run, and figures against their budgets. Nothing here fails: a
// busy machine is no fault. What must not grow (sizes) is checked by the build.

const round = (value: number) => Number(value.toPrecision(3));

function ratios(comparisons: readonly Comparison[]): void {
  console.table(
    comparisons.map(({ name, subjectMs, floor, floorMs, ratio, goal }) => ({
      what: name,
      ms: round(subjectMs),
      floor,
      "floor ms": round(floorMs),
      ratio: round(ratio),
      goal: goal === null ? "" : `≤ ${goal}`,
      kept: goal === null ? "" : ratio <= goal ? "yes" : "NO",
    })),
  );
}

const figure = (value: number, unit: Budget["unit"]) => (unit === "count" ? `${value}` : `${value} ${unit}`);

function budgets(figures: readonly Budget[]): void {
  console.table(
    figures.map(({ name, value, unit, budget }) => ({
      what: name,
      value: figure(round(value), unit),
      budget: Number.isNaN(budget) ? "" : figure(budget, unit),
      kept: Number.isNaN(budget) ? "" : value <= budget ? "yes" : "NO",
    })),
  );
}

function detection({ rows, goals }: DetectionResult): void {
  const shown = ({ share, minutes }: DetectionRow["found"][number]) =>
    `${(100 * share).toFixed(1)} %, ${minutes === null ? "> 60" : minutes} min`;
  for (const world of new Set(rows.map((row) => row.world))) {
    console.log(`\n${world}: found within 30 min, and the median delay`);
    console.table(
      rows
        .filter((row) => row.world === world)
        .map(({ perMinute, method, falseAlarms, found }) => ({
          "a minute": perMinute,
          method,
          "alarms / 1,000 h without": falseAlarms === null ? "" : round(falseAlarms),
          ...Object.fromEntries(Object.entries(found).map(([times, each]) => [`×${times}`, shown(each)])),
        })),
    );
  }
  console.table(
    goals.map(({ name, value, goal, kept }) => ({
      what: name,
      value: round(value),
      goal,
      kept: kept ? "yes" : "NO",
    })),
  );
}

// All of them, or those that are named: npm run bench -- undo ledger. Simulated hours are fewer with --quick, and where
// detection was not asked for by name.
const asked = process.argv.slice(2).filter((argument) => argument !== "--quick");
const inFull = (name: string) => asked.includes(name) && !process.argv.includes("--quick");

// Each is loaded when its turn comes: the more memory this process holds, the longer it takes to start another.
const BENCHES: Record<string, () => Promise<void>> = {
  undo: async () => ratios(await inOwnProcess("undo.bench.ts", "undoBench")),
  fold: async () => ratios(await inOwnProcess("fold.bench.ts", "foldBench")),
  drops: async () => ratios(await inOwnProcess("drops.bench.ts", "dropsBench")),
  ledger: async () => ratios(await inOwnProcess("ledger.bench.ts", "ledgerBench")),
  detection: async () => {
    const size = inFull("detection") ? "detectionBench" : "quickDetectionBench";
    detection(await inOwnProcess("detection.bench.ts", size));
    ratios(await inOwnProcess("detection.bench.ts", "readingBench"));
  },
  pages: async () => budgets(await (await import("./pages.bench.ts")).pagesBench()),
  start: async () => ratios(await (await import("./start.bench.ts")).startBench()),
  bundle: async () => budgets(await (await import("./bundle.bench.ts")).bundleBench()),
  idle: async () => budgets(await (await import("./idle.bench.ts")).idleBench()),
  activation: async () => budgets(await (await import("./activation.bench.ts")).activationBench()),
};

const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
