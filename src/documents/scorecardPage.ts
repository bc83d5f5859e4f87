import type { Adoption } from "../domain/adoption.ts";
import { assumedWords } from "../domain/dropWording.ts";
import { formatInstant } from "../domain/instant.ts";
import type { DropScore, PillarScore, Scorecard } from "../domain/scorecard.ts";
import { doraWords, drillWords, overrideWords, remarkWords } from "../domain/scorecardWords.ts";
import { CLOCK_NAMES, type ClockName } from "../domain/terms.ts";
import { countdownTitle, counted, exactly } from "../domain/wording.ts";
import { codeSpan, inertMarkdown } from "./markdown.ts";
import { markdownTable } from "./markdownTable.ts";

/** How the targets were kept, on one page: the newest drops, and the first ones since the policy landed. */
export function scorecardPage(service: string | null, scorecard: Scorecard, adoption: Adoption): string {
  const sections = [
    `# Scorecard${service === null ? "" : ` of ${inertMarkdown(service)}`}`,
    `As of ${formatInstant(scorecard.at)}. What nobody has found out, or is not decided yet, is *no data*, which is not *met*.`,
    `## ${newestTitle(scorecard.drops.length)}`,
    ...cardParts(scorecard),
    ...adoptionParts(adoption),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

const newestTitle = (drops: number) =>
  drops === 0 ? "No drop yet" : drops === 1 ? "The last drop" : `The last ${drops} drops`;

function cardParts(scorecard: Scorecard): string[] {
  const { drops, pillars, dora, drills } = scorecard;
  if (drops.length === 0) return [];
  const total = (name: string, of: (score: PillarScore) => string) => [
    `*${name}*`,
    "",
    ...CLOCK_NAMES.map((clock) => of(pillars[clock])),
    "",
  ];
  const totals = [
    total("met", ({ met, missed }) => `${met} of ${met + missed}`),
    total("median", ({ medianMs }) => (medianMs === null ? "–" : exactly(medianMs))),
    total("streak", ({ streak }) => String(streak)),
  ];
  const lines = [
    ...doraWords(dora),
    `Drills since then: ${drillWords(drills)}`,
    ...drops.flatMap(overrideWords),
  ];
  return [
    markdownTable(HEADING, [...drops.map(dropCells), ...totals]),
    lines.map((line) => `- ${inertMarkdown(line)}`).join("\n"),
  ];
}

function adoptionParts({ landedAt, wanted, drops, scorecard }: Adoption): string[] {
  if (landedAt === null || !scorecard)
    return [
      "## Adoption",
      "The policy is not on the release branch yet; commit it, and the next drops are tracked.",
    ];
  const since = `${drops.length} of ${counted(wanted, "drop")} since the policy landed on ${formatInstant(landedAt)}.`;
  return ["## Adoption", since, markdownTable(HEADING, drops.map(dropCells))];
}

const TITLES = CLOCK_NAMES.map((name: ClockName) => countdownTitle(name));
const HEADING = ["Drop", "Shipped", ...TITLES, ""];

const dropCells = (score: DropScore) => [
  codeSpan(score.drop.tag),
  `${formatInstant(score.drop.shippedAt).slice(0, 16).replace("T", " ")}${assumedWords(score.drop)}`,
  ...CLOCK_NAMES.map((name) => (score.pillars[name] === "missed" ? "**missed**" : score.pillars[name])),
  remarkWords(score).join(", "),
];
