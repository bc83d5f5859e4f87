import type { TrackedAction } from "../../app/actions.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command } from "../call/command.ts";
import { EXIT } from "../exitStatus.ts";
import { actionsText } from "../text/actionsText.ts";

export const actions = command({
  name: "actions",
  summary: "the action items of all post-mortems, by owner",
  options: { overdue: { help: "only those whose due date has passed; exit status 1 when there are any" } },
  details: [
    "An action is a task of a Markdown list: - [ ] What to do — owner: @name — due: 2026-12-01",
    "It is overdue when its day (UTC) is over.",
  ],
  async run({ values, project }) {
    const { listActions } = await import("../../app/actions.ts");
    const opened = await project();
    const inForce = await opened.policy();
    const all = await listActions(opened.root, inForce.policy, opened.now());
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
