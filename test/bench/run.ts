import { activationBench } from "./activation.bench.ts";
import { type Budget, bundleBench } from "./bundle.bench.ts";
import { foldBench } from "./fold.bench.ts";
import { ledgerBench } from "./ledger.bench.ts";
import type { Comparison } from "./measure.ts";
import { undoBench } from "./undo.bench.ts";

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

function budgets(figures: readonly Budget[]): void {
  console.table(
    figures.map(({ name, value, unit, budget }) => ({
      what: name,
      value: `${round(value)} ${unit}`,
      budget: Number.isNaN(budget) ? "" : `${budget} ${unit}`,
      kept: Number.isNaN(budget) ? "" : value <= budget ? "yes" : "NO",
    })),
  );
}

ratios([...(await foldBench()), ...(await undoBench())]);
ratios(await ledgerBench());
budgets(await bundleBench());
budgets(await activationBench());
