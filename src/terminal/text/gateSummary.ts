import { draftDropNotes } from "../../app/drop/changelog.ts";
import type { PullRequestReading } from "../../app/gate/gateReport.ts";
import { aimWords, baseWords, policyWords } from "../../app/gate/gateWords.ts";
import type { Governed } from "../../app/gate/governed.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { Project } from "../../app/project/project.ts";
import { riskWords } from "../../domain/change/riskLevel.ts";
import { countdownsOf, statusAt } from "../../domain/drop/status.ts";
import { clockWords, countdownName } from "../../domain/incident/clock.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { markdownText } from "../../domain/text/plainText.ts";
import { writeDuration } from "../../domain/time/duration.ts";
import { LocalTime } from "./localTime.ts";

/** Incidents that a summary shows. */
const MOST_INCIDENTS = 10;

/** A gate as the page of a pipeline's job shows it: the verdict with its reasons, the clocks, the drop's changelog. */
export async function gateSummary(project: Project, reading: GateReading): Promise<string> {
  const { gate, governed, candidate } = reading;
  const reasons = gate.reasons.map(({ text }) => text);
  const notes = [riskLine(reading), ...line(baseWords(reading)), ...policyWords(governed)];
  return sections(
    heading(gate.open, aimWords(reading)),
    list(reasons),
    list(gate.overridden.map(({ text }) => `Overridden: ${text}`)),
    paragraphs(notes),
    clockSection(governed, project.now()),
    candidate.tag === null ? "" : await changelogSection(project, candidate.tag),
  );
}

/** The same for what would be merged. */
export function pullRequestSummary(project: Project, reading: PullRequestReading): string {
  const { governed, commits, reasons, toShip, undoOf } = reading;
  const size = `${commits.length} commit${commits.length === 1 ? "" : "s"}`;
  const may = reasons.length === 0 ? "may" : "may not";
  return sections(
    heading(
      reasons.length === 0,
      `the pull request (${size}) ${may} be merged into ${governed.release.branch.name}`,
    ),
    list(reasons.map(({ text }) => text)),
    undoOf === null ? "" : paragraphs([`It is the undo of ${undoOf}, file for file.`]),
    toShip.length === 0 ? "" : sections("To ship, once it is merged:", list(toShip.map(({ text }) => text))),
    paragraphs([riskLine(reading), ...policyWords(governed)]),
    clockSection(governed, project.now()),
  );
}

const riskLine = ({ risk }: Pick<GateReading, "risk">) => `Risk ${riskWords(risk)}.`;

function heading(open: boolean, words: string): string {
  return `### ${open ? "✅" : "⛔"} Dropclock: ${markdownText(words, 200)}`;
}

function clockSection({ release }: Governed, now: number): string {
  const time = new LocalTime(now);
  const { open, unlisted } = statusAt(release, now);
  if (open.length === 0) return "";
  const tables = open.slice(0, MOST_INCIDENTS).map((status) => {
    const { incident } = status;
    const rows = countdownsOf(status)
      .filter(({ state }) => state !== "none")
      .map((clock) => {
        const target = clock.targetMs === null ? "" : writeDuration(clock.targetMs);
        const due = clock.dueAt === null ? "" : time.time(clock.dueAt);
        const cells = [countdownName(clock.name), clock.state, clockWords(clock), target, due];
        return `| ${cells.map((cell) => markdownText(cell, 80)).join(" | ")} |`;
      });
    const title = `**${markdownText(incident.title, 200)}** (${incident.round.severity}, ${status.state})`;
    return sections(
      title,
      ["| clock | state | time | target | due |", "| --- | --- | --- | --- | --- |", ...rows].join("\n"),
    );
  });
  const more = open.length + unlisted - tables.length;
  return sections("#### Open incidents", ...tables, more > 0 ? `… and ${more} more.` : "");
}

async function changelogSection(project: Project, tag: string): Promise<string> {
  try {
    return sections("#### Changelog", (await draftDropNotes(project, tag)).replace(/^#+ /gm, "##### "));
  } catch (error) {
    // The verdict does not depend on it: a drop that nobody has released yet, or a very long one, has no entry.
    if (!(error instanceof HumanError)) throw error;
    return "";
  }
}

const line = (words: string | null) => (words === null ? [] : [words]);
const list = (items: readonly string[]) => items.map((item) => `- ${markdownText(item, 1000)}`).join("\n");
const paragraphs = (texts: readonly string[]) => sections(...texts.map((text) => markdownText(text, 500)));
const sections = (...parts: readonly string[]) => parts.filter((part) => part !== "").join("\n\n");
