import type { Drop } from "../../domain/drop.ts";
import type { Instant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import type { ChangedFile } from "../../git/changedFiles.ts";
import type { DropHistory } from "../../git/history.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { flow, table, wrap } from "./table.ts";

/** A drop, its commits and its files. */
export function dropText(
  drop: Drop,
  current: boolean,
  history: DropHistory,
  at: Instant,
  page: Page,
): string {
  const { paint, width } = page;
  const time = new LocalTime(at);
  const { commits, count, files, cut } = history;
  const facts = [
    plainText(drop.tag, 100),
    `shipped ${time.time(drop.shippedAt)}`,
    ...(current ? ["current"] : []),
    drop.previous === null ? "the first drop" : `since ${plainText(drop.previous, 100)}`,
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
  if (cut)
    lines.push(
      ...wrap(
        "This clone is shallow, and its history ends inside the drop: there may be more.",
        width,
        "",
      ).map(paint.yellow),
    );
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

const fileRow = ({ path, status, from, additions, deletions }: ChangedFile) => [
  status,
  additions === null ? "binary" : `+${additions} -${deletions}`,
  `${plainText(path)}${from === null ? "" : ` (from ${plainText(from)})`}`,
];

const number = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
