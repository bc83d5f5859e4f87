import { baseWords, councilWords, policyWords, voteWords, waitingWords } from "../../app/gate/gateWords.ts";
import type { Governed } from "../../app/gate/governed.ts";
import type { Hearing } from "../../app/gate/readHearing.ts";
import { riskWords } from "../../domain/riskWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Page } from "./page.ts";
import { wrap } from "./table.ts";

/** What the council has said of a drop, and what it still waits for. */
export function hearingText(hearing: Hearing, governed: Governed, { paint, width }: Page): string {
  const { approval, risk } = hearing;
  const standing = councilWords(approval);
  const told = voteWords(approval).filter((line) => !line.startsWith("Approved"));
  const lines = [
    paint.bold(`${matterWords(hearing)}, risk ${riskWords(risk)}`),
    `${standing[0]!.toUpperCase()}${standing.slice(1)}`,
    ...told.map((line) => (line.startsWith("Rejected") ? paint.red(line) : paint.yellow(line))),
    ...[baseWords(hearing)].filter((line) => line !== null),
    ...approval.disregarded.map(({ flaw }) => paint.yellow(`Not counted: ${flaw}`)),
    ...[waitingWords(approval)].filter((line) => line !== null),
    ...policyWords(governed),
  ];
  return lines.flatMap((line) => wrap(line, width, "")).join("\n");
}

/** `The next drop (3 commits since drop-6)`. */
function matterWords({ candidate, base, commits }: Hearing): string {
  const { tag } = candidate;
  const since = base ? ` since ${plainText(base.tag, 60)}` : "";
  const size = `${commits.length} commit${commits.length === 1 ? "" : "s"}${since}`;
  return `${tag === null ? "The next drop" : plainText(tag, 80)} (${size})`;
}
