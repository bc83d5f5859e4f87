import { aimWords, baseWords, policyWords } from "../../app/gate/gateWords.ts";
import type { PullRequestReading } from "../../app/gate/pullRequest.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import { riskWords } from "../../domain/riskWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
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

/** Whether a pull request may be merged, and what it would take to ship it then. */
export function pullRequestText(reading: PullRequestReading, page: Page): string {
  const { governed, commits, reasons, toShip, risk, undoOf } = reading;
  const { paint, width } = page;
  const size = `${commits.length} commit${commits.length === 1 ? "" : "s"}`;
  const branch = plainText(governed.release.branch.name, 60);
  const verdict =
    reasons.length === 0
      ? paint.green(`Passed: the pull request (${size}) may be merged into ${branch}.`)
      : paint.red(`Blocked: the pull request (${size}) may not be merged into ${branch}.`);
  const items = (texts: readonly { text: string }[]) =>
    texts.flatMap(({ text }) => wrap(text, width, "- ", "  "));
  return [
    verdict,
    ...items(reasons),
    ...(undoOf === null ? [] : [`It is the undo of ${plainText(undoOf, 60)}, file for file.`]),
    ...(toShip.length === 0 ? [] : ["To ship, once it is merged:", ...items(toShip)]),
    paint.dim(`Risk ${riskWords(risk)}.`),
    ...policyWords(governed).flatMap((line) => wrap(line, width, "").map(paint.dim)),
  ].join("\n");
}
