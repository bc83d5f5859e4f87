import type { TrackedAction } from "../../app/actions.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Page } from "./page.ts";
import { cut, table } from "./table.ts";

const NOBODY = "nobody yet";

/** The actions under the name of who owns them, what nobody owns first. Cut to a terminal's width, whole in a pipe. */
export function actionsText(actions: readonly TrackedAction[], overdue: boolean, page: Page): string {
  if (actions.length === 0) return overdue ? "No action is overdue." : "There are no actions yet.";
  const nameOf = ({ owner }: TrackedAction) => (owner === null ? NOBODY : plainText(owner, 60));
  const names = [...new Set(actions.map(nameOf))].sort(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b, "en"),
  );
  const whole = (line: string) => (page.terminal ? cut(line, page.width) : line);
  return names
    .map((name) => {
      const own = actions.filter((action) => nameOf(action) === name);
      const rows = table(own.map(row), "  ").map((line, i) => painted(whole(line), own[i]!, page));
      return [page.paint.bold(name), ...rows].join("\n");
    })
    .join("\n\n");
}

const rank = (name: string) => (name === NOBODY ? 0 : 1);

const row = ({ state, due, text, path, line }: TrackedAction) => [
  state,
  due ?? "no date",
  plainText(text),
  `${plainText(path)}:${line + 1}`,
];

function painted(line: string, { state }: TrackedAction, { paint }: Page): string {
  if (state === "overdue") return paint.red(line);
  return state === "done" ? paint.dim(line) : line;
}
