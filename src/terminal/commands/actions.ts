import type { TrackedAction } from "../../app/documents/postmortems.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command, EXIT } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import { cut, table } from "../text/table.ts";

export const actions = command({
  name: "actions",
  services: "all",
  summary: "the action items of all post-mortems, by owner",
  options: { overdue: { help: "only those whose due date has passed; exit status 1 when there are any" } },
  details: [
    "An action is a task of a Markdown list: - [ ] What to do — owner: @name — due: 2026-12-01",
    "It is overdue when its day (UTC) is over.",
  ],
  async run({ values, project }) {
    const { listActions } = await import("../../app/documents/postmortems.ts");
    const opened = await project();
    const { policy } = await opened.policy();
    const policies = [policy, ...Object.values(policy.services ?? {})];
    // Most services keep them in one folder.
    const folders = new Map(policies.map((each) => [each.documents.postmortems, each]));
    const lists = [...folders.values()].map((each) => listActions(opened.root, each, opened.now()));
    const all = (await Promise.all(lists)).flat();
    const shown = values.overdue ? all.filter(({ state }) => state === "overdue") : all;
    return {
      json: { at: formatInstant(opened.now()), counts: counts(all), actions: shown.map(actionReport) },
      text: (page) => actionsText(shown, values.overdue, page),
      exit: values.overdue && shown.length > 0 ? EXIT.no : EXIT.fine,
    };
  },
});

const counts = (all: readonly TrackedAction[]) => {
  const of = (state: TrackedAction["state"]) => all.filter((action) => action.state === state).length;
  return { open: of("open"), overdue: of("overdue"), done: of("done") };
};

/** Lines count from 1, as in every report. */
const actionReport = ({ text, owner, due, state, path, line, postmortem, incident }: TrackedAction) => ({
  text,
  owner,
  due,
  state,
  path,
  line: line + 1,
  postmortem,
  incident,
});

const NOBODY = "nobody yet";

/** The actions under the name of who owns them, what nobody owns first. Cut to a terminal's width, whole in a pipe. */
function actionsText(actions: readonly TrackedAction[], overdue: boolean, page: Page): string {
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
