import { revealedText } from "../domain/text/plainText.ts";
import { codeBlock, codeSpan, inertMarkdown } from "./markdown.ts";
import { markdownTable } from "./markdownTable.ts";

/** Everything that the council looks at, in words that may hold anything. */
export interface RequestFacts {
  title: string;
  /** Name and value, in the order of the page. */
  facts: readonly (readonly [string, string])[];
  gate: { open: boolean; verdict: string; reasons: readonly string[] };
  risk: readonly { reason: string; level: string; items: readonly string[] }[];
  council: { standing: string; votes: readonly string[]; disregarded: readonly string[] };
  checklist: readonly { title: string; verdict: string; why: string; fix: string | null }[];
  commits: readonly { sha: string; author: string; subject: string }[];
  /** How many commits there are beside those. */
  moreCommits: number;
  files: readonly { path: string; status: string; change: string }[];
  patch: { lines: readonly string[]; cut: boolean; command: string };
}

/** The request for approval on one page: Markdown in which whatever people wrote stays text. */
export function requestPage(facts: RequestFacts): string {
  const { title, gate, patch } = facts;
  const sections = [
    `# ${inertMarkdown(title)}`,
    markdownTable(
      ["", ""],
      facts.facts.map(([name, value]) => [inertMarkdown(name), inertMarkdown(value)]),
    ),
    section("Gate", [`**${inertMarkdown(gate.verdict)}**`, list(gate.reasons.map(inertMarkdown))]),
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
    [`**${inertMarkdown(level)}**: ${inertMarkdown(reason)}`, list(items.map(codeSpan))]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
}

function councilParts({ council }: RequestFacts): string[] {
  return [
    inertMarkdown(council.standing),
    list([
      ...council.votes.map(inertMarkdown),
      ...council.disregarded.map((flaw) => `Not counted: ${inertMarkdown(flaw)}`),
    ]),
  ];
}

function commitParts({ commits, moreCommits }: RequestFacts): string[] {
  const rows = commits.map(({ sha, author, subject }) => [
    codeSpan(sha.slice(0, 10)),
    inertMarkdown(author),
    inertMarkdown(subject),
  ]);
  return [markdownTable(["", "", ""], rows), ...(moreCommits > 0 ? [`and ${moreCommits} older`] : [])];
}

const checklistRow = ({ title, verdict, why, fix }: RequestFacts["checklist"][number]) => [
  inertMarkdown(verdict),
  inertMarkdown(title),
  inertMarkdown(fix === null ? why : `${why} To do: ${fix}.`),
];

function section(title: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== "");
  return body.length === 0 ? "" : [`## ${title}`, ...body].join("\n\n");
}

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");
