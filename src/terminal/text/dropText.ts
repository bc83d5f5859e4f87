import type { Readiness } from "../../app/undo/readiness.ts";
import type { Drop } from "../../domain/drop.ts";
import { assumedWords } from "../../domain/dropWording.ts";
import type { FlagChange } from "../../domain/flagChanges.ts";
import type { Instant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import type { Risk } from "../../domain/riskLevel.ts";
import { itemWords, reasonWords, riskWords } from "../../domain/riskWords.ts";
import type { ChangedFile } from "../../git/changedFiles.ts";
import type { DropHistory } from "../../git/history.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { undoFact } from "./statusFacts.ts";
import { cut, flow, table, wrap } from "./table.ts";

/** Of what a reason was found in; more are in the JSON. */
const SHOWN_ITEMS = 5;

export interface DropFindings {
  risk: Risk;
  undo: Readiness;
  /** Null: they cannot be read; undefined: the policy names no flags. */
  flags: readonly FlagChange[] | null | undefined;
}

/** A drop, its commits and its files. */
export function dropText(
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
  lines.push("", `${number(count, "commit")}`);
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
  if (count > commits.length) lines.push(`  and ${number(count - commits.length, "older commit")}`);
  lines.push("", `${number(files.length, "file")}`, ...table(files.map(fileRow), "  "));
  return lines.join("\n");
}

/** The risk, and each reason with what it was found in. */
export function riskLines(risk: Risk, { paint, width }: Page): string[] {
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

const number = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
