import { assumedWords } from "../domain/drop/dropWording.ts";
import { CLOCK_NAMES, type ClockName, COUNTDOWNS } from "../domain/policy/terms.ts";
import type { Adoption, DropScore, PillarScore, Scorecard } from "../domain/record/scorecard.ts";
import { doraWords, drillWords, overrideWords, remarkWords } from "../domain/record/scorecardWords.ts";
import { counted } from "../domain/text/counted.ts";
import { revealedText } from "../domain/text/plainText.ts";
import { exactly } from "../domain/time/duration.ts";
import { formatInstant } from "../domain/time/instant.ts";
import { codeBlock, codeSpan, escapeMarkdown } from "./markdown.ts";

/** Everything that the council looks at, as text that may contain anything. */
export interface RequestFacts {
  title: string;
  /** Name and value, in the order of the page. */
  facts: readonly (readonly [string, string])[];
  gate: { open: boolean; verdict: string; reasons: readonly string[] };
  risk: readonly { reason: string; level: string; items: readonly string[] }[];
  council: { standing: string; votes: readonly string[]; disregarded: readonly string[] };
  checklist: readonly { title: string; verdict: string; why: string; fix: string | null }[];
  commits: readonly { sha: string; author: string; subject: string }[];
  /** How many more commits there are. */
  moreCommits: number;
  files: readonly { path: string; status: string; change: string }[];
  patch: { lines: readonly string[]; cut: boolean; command: string };
}

/** The request for approval on one page: Markdown in which everything that people wrote stays text. */
export function requestPage(facts: RequestFacts): string {
  const { title, gate, patch } = facts;
  const sections = [
    `# ${escapeMarkdown(title)}`,
    markdownTable(
      ["", ""],
      facts.facts.map(([name, value]) => [escapeMarkdown(name), escapeMarkdown(value)]),
    ),
    section("Gate", [`**${escapeMarkdown(gate.verdict)}**`, list(gate.reasons.map(escapeMarkdown))]),
    section("Risk", riskParts(facts)),
    section("Council", councilParts(facts)),
    section("Checklist", [markdownTable(["", "", ""], facts.checklist.map(checklistRow))]),
    section(`Commits (${facts.commits.length + facts.moreCommits})`, commitParts(facts)),
    section(`Files (${facts.files.length})`, [
      markdownTable(
        ["", "", ""],
        facts.files.map(({ path, status, change }) => [codeSpan(path), status, change]),
      ),
    ]),
    section("Diff", [
      codeBlock(patch.lines.map(revealedText), "diff"),
      ...(patch.cut ? [`There is more; all of it: ${codeSpan(patch.command)}`] : []),
    ]),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

function riskParts({ risk }: RequestFacts): string[] {
  if (risk.length === 0) return ["No rule of the policy holds."];
  return risk.map(({ reason, level, items }) =>
    [`**${escapeMarkdown(level)}**: ${escapeMarkdown(reason)}`, list(items.map(codeSpan))]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
}

function councilParts({ council }: RequestFacts): string[] {
  return [
    escapeMarkdown(council.standing),
    list([
      ...council.votes.map(escapeMarkdown),
      ...council.disregarded.map((flaw) => `Not counted: ${escapeMarkdown(flaw)}`),
    ]),
  ];
}

function commitParts({ commits, moreCommits }: RequestFacts): string[] {
  const rows = commits.map(({ sha, author, subject }) => [
    codeSpan(sha.slice(0, 10)),
    escapeMarkdown(author),
    escapeMarkdown(subject),
  ]);
  return [markdownTable(["", "", ""], rows), ...(moreCommits > 0 ? [`and ${moreCommits} older`] : [])];
}

const checklistRow = ({ title, verdict, why, fix }: RequestFacts["checklist"][number]) => [
  escapeMarkdown(verdict),
  escapeMarkdown(title),
  escapeMarkdown(fix === null ? why : `${why} To do: ${fix}.`),
];

function section(title: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== "");
  return body.length === 0 ? "" : [`## ${title}`, ...body].join("\n\n");
}

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");

/** The scorecard on one page: the newest drops, and the first ones since the policy reached the branch. */
export function scorecardPage(service: string | null, scorecard: Scorecard, adoption: Adoption): string {
  const sections = [
    `# Scorecard${service === null ? "" : ` of ${escapeMarkdown(service)}`}`,
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
    lines.map((line) => `- ${escapeMarkdown(line)}`).join("\n"),
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

const TITLES = CLOCK_NAMES.map((name: ClockName) => COUNTDOWNS[name].title);
const HEADING = ["Drop", "Shipped", ...TITLES, ""];

const dropCells = (score: DropScore) => [
  codeSpan(score.drop.tag),
  `${formatInstant(score.drop.shippedAt).slice(0, 16).replace("T", " ")}${assumedWords(score.drop)}`,
  ...CLOCK_NAMES.map((name) => (score.pillars[name] === "missed" ? "**missed**" : score.pillars[name])),
  remarkWords(score).join(", "),
];

/** A Markdown table; empty without rows. Its cells are escaped already. */
function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}
