import { dropFlags, readRisk } from "../../app/drop/dropChecks.ts";
import { mustBeDrop } from "../../app/drop/dropNamed.ts";
import { riskReport, undoReport } from "../../app/drop/report.ts";
import type { Project } from "../../app/project/project.ts";
import type { Readiness } from "../../app/project/readiness.ts";
import type { FlagChange } from "../../domain/change/flags.ts";
import { itemWords, type Risk, reasonWords, riskWords } from "../../domain/change/riskLevel.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { candidateOf, previousOf, type Release } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { ChangedFile } from "../../git/changes.ts";
import type { DropHistory } from "../../git/history.ts";
import type { Answer, Call } from "../call/command.ts";
import { LocalTime } from "../text/localTime.ts";
import type { Page } from "../text/page.ts";
import { undoFact } from "../text/statusFacts.ts";
import { cut, flow, table, wrap } from "../text/table.ts";
import { listedReport } from "./drop.ts";

export async function runDropShow({ args: [tag], project }: Call): Promise<Answer> {
  const opened = await project();
  const reading = await opened.read();
  const { release } = reading;
  const at = opened.now();
  const { drop: current, dropMissing, policy } = statusAt(release, at);
  const drop = tag === undefined ? current : mustBeDrop(release, tag);
  if (!drop) throw new HumanError("usage", `There is no drop yet. ${dropMissing}`);
  const undo = await opened.undo.of(release, drop);
  const history = await historyOf(opened, drop, release);
  const risk = await readRisk(opened, reading, candidateOf(release, drop));
  const flags = policy.policy.flags ? await dropFlags(opened, release, drop) : undefined;
  return {
    json: {
      at: formatInstant(at),
      ...listedReport(drop, current),
      risk: riskReport(risk),
      ...(flags === undefined ? {} : { flags }),
      commitCount: history.count,
      commits: history.commits.map((commit) => ({ ...commit, date: formatInstant(commit.date) })),
      files: history.files,
      cut: history.cut,
      undo: undoReport(undo),
    },
    text: (page) => dropText(drop, drop === current, { ...history, risk, undo, flags }, at, page),
  };
}

async function historyOf({ repository }: Project, drop: Drop, release: Release): Promise<DropHistory> {
  const { dropHistory } = await import("../../git/history.ts");
  const previous = previousOf(release, drop);
  // By commits, not by names: of a tag that was moved, the commit on record counts.
  const range = { from: previous?.commit ?? null, to: drop.commit };
  return dropHistory(repository!, range).catch((cause: unknown) => {
    throw new HumanError(
      "service",
      `The commits of ${plainText(drop.tag, 60)} are not all in this repository; fetch them with: git fetch --all --tags`,
      { cause },
    );
  });
}

/** Of what a reason was found in; more are in the JSON. */
const SHOWN_ITEMS = 5;

interface DropFindings {
  risk: Risk;
  undo: Readiness;
  /** Null: they cannot be read; undefined: the policy names no flags. */
  flags: readonly FlagChange[] | null | undefined;
}

/** A drop, its commits and its files. */
function dropText(
  drop: Drop,
  current: boolean,
  { commits, count, files, cut: cutOff, risk, undo, flags }: DropHistory & DropFindings,
  at: Instant,
  page: Page,
): string {
  const { paint, width } = page;
  const time = new LocalTime(at);
  const facts = [
    plainText(drop.tag, 100),
    `shipped ${time.time(drop.shippedAt)}${assumedWords(drop)}`,
    ...(current ? ["current"] : []),
    ...(drop.previous === null
      ? cutOff
        ? []
        : ["the first drop"]
      : [`since ${plainText(drop.previous, 100)}`]),
  ];
  const lines = flow(facts, " · ", width).map(paint.bold);
  if (drop.moved) {
    const { now, recorded } = drop.moved;
    lines.push(
      ...wrap(`Its tag was moved to ${now}; ${recorded}, which is on record, counts.`, width, "").map(
        paint.yellow,
      ),
    );
  }
  const others = drop.names.filter((name) => name !== drop.tag).map((name) => plainText(name, 60));
  if (others.length > 0) lines.push(...wrap(`Also named ${others.slice(0, 10).join(", ")}.`, width, ""));
  if (drop.deleted)
    lines.push(...wrap("Its tag was deleted; the commit on record counts.", width, "").map(paint.yellow));
  if (cutOff)
    lines.push(
      ...wrap(
        "This clone is shallow, and its history ends inside the drop: there may be more.",
        width,
        "",
      ).map(paint.yellow),
    );
  const { name, words, grave } = undoFact(undo, count, time);
  lines.push("", ...wrap(words, width, `${name}: `, "  ").map(grave ? paint.yellow : String));
  lines.push("", ...riskLines(risk, page));
  if (flags !== undefined) lines.push("", ...flagLines(flags, page));
  lines.push("", counted(count, "commit"));
  lines.push(
    ...table(
      commits.map((commit) => [
        paint.dim(commit.sha.slice(0, 10)),
        plainText(commit.author.name, 30),
        plainText(commit.subject),
      ]),
      "  ",
    ),
  );
  if (count > commits.length) lines.push(`  and ${counted(count - commits.length, "older commit")}`);
  lines.push("", counted(files.length, "file"), ...table(files.map(fileRow), "  "));
  return lines.join("\n");
}

/** The risk, and each reason with what it was found in. */
function riskLines(risk: Risk, { paint, width }: Page): string[] {
  const colour = { high: paint.red, medium: paint.yellow, low: paint.green }[risk.level];
  const lines = [colour(`Risk ${riskWords(risk)}`)];
  for (const reason of risk.reasons) {
    lines.push(...wrap(`${reasonWords(reason)} (${reason.level})`, width, "  "));
    lines.push(...itemWords(reason, SHOWN_ITEMS).map((item) => paint.dim(`    ${cut(item, width - 4)}`)));
  }
  return lines;
}

function flagLines(flags: readonly FlagChange[] | null, { paint, width }: Page): string[] {
  if (flags === null) return [paint.yellow("Flags: cannot be read, so nobody can tell what changed")];
  if (flags.length === 0) return ["Flags: none changed"];
  const shown = flags
    .slice(0, SHOWN_ITEMS)
    .map(({ key, what }) => `  ${cut(plainText(`${key}: ${what}`), width - 2)}`);
  return [
    `Flags: ${flags.length} changed`,
    ...shown,
    ...(flags.length > SHOWN_ITEMS ? [`  and ${flags.length - SHOWN_ITEMS} more`] : []),
  ];
}

const fileRow = ({ path, status, from, additions, deletions }: ChangedFile) => [
  status,
  additions === null ? "binary" : `+${additions} -${deletions}`,
  `${plainText(path)}${from === null ? "" : ` (from ${plainText(from)})`}`,
];
