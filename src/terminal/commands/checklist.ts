import { mustBeDrop } from "../../app/drop/dropNamed.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { type ChecklistRow, VERDICT_WORDS, type Verdict } from "../../domain/gate/checklist.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command, EXIT } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import { wrap } from "../text/table.ts";

export const checklist = command({
  name: "checklist",
  history: "drop",
  args: "[TAG]",
  summary: "the observability checklist of a drop (the current one), from evidence and not from ticking",
  details: [
    "Each row passes, fails, or has no data, and says why and what to do.",
    "Exit status 1 when a row fails; no data is no pass, but fails nothing.",
  ],
  async run({ args: [tag], project }) {
    const { readChecklist } = await import("../../app/drop/dropChecks.ts");
    const opened = await project();
    const { release } = await opened.read();
    const at = opened.now();
    const { drop: current, dropMissing } = statusAt(release, at);
    const drop = tag === undefined ? current : mustBeDrop(release, tag);
    if (!drop) throw new HumanError("usage", `There is no drop yet. ${dropMissing}`);
    const rows = await readChecklist(opened, release, drop);
    return {
      json: { at: formatInstant(at), drop: drop.tag, rows },
      text: (page) => checklistText(drop.tag, rows, page),
      exit: rows.some(({ verdict }) => verdict === "fail") ? EXIT.no : EXIT.fine,
    };
  },
});

const WIDTH = 9;

function checklistText(tag: string, rows: readonly ChecklistRow[], page: Page): string {
  const passed = rows.filter(({ verdict }) => verdict === "pass").length;
  const lines = [page.paint.bold(`${plainText(tag, 60)}: ${passed} of ${rows.length} pass`)];
  const blank = " ".repeat(WIDTH);
  for (const { title, verdict, why, fix } of rows) {
    const mark = VERDICT_WORDS[verdict];
    lines.push(`${painter(verdict, page)(mark)}${" ".repeat(WIDTH - mark.length)}${title}`);
    lines.push(...wrap(why, page.width, blank));
    if (fix) lines.push(...wrap(`To do: ${fix.words}`, page.width, blank));
  }
  return lines.join("\n");
}

function painter(verdict: Verdict, { paint }: Page): (text: string) => string {
  return { pass: paint.green, fail: paint.red, noData: paint.yellow }[verdict];
}
