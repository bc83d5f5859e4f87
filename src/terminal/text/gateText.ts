import { aimWords, baseWords, policyWords } from "../../app/gate/gateWords.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import { riskWords } from "../../domain/riskWords.ts";
import type { Page } from "./page.ts";
import { wrap } from "./table.ts";

/** The verdict in plain words, with every reason why not. */
export function gateText(reading: GateReading, page: Page): string {
  const { gate, risk } = reading;
  const { paint, width } = page;
  const verdict = gate.open
    ? paint.green(`Open: ${aimWords(reading)}.`)
    : paint.red(`Shut: ${aimWords(reading)}.`);
  return [
    verdict,
    ...gate.reasons.flatMap(({ text }) => wrap(text, width, "- ", "  ")),
    ...gate.overridden.flatMap(({ text }) => wrap(text, width, "- overridden: ", "  ").map(paint.yellow)),
    paint.dim(`Risk ${riskWords(risk)}.`),
    ...[baseWords(reading)]
      .filter((line) => line !== null)
      .flatMap((line) => wrap(line, width, "").map(paint.yellow)),
    ...policyWords(reading.governed).flatMap((line) => wrap(line, width, "").map(paint.dim)),
  ].join("\n");
}
