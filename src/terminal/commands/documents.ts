import { join, relative } from "node:path";
import type { Project } from "../../app/project.ts";
import type { Scaffold } from "../../app/scaffold.ts";
import { type Answer, command } from "../command.ts";

/** The commands that scaffold a document and print its path, for `code $(dropclock postmortem ID)`. */

export const postmortem = command({
  name: "postmortem",
  args: "ID",
  summary: "scaffolds the post-mortem of an incident and prints its path; never overwrites",
  options: {
    refresh: { help: "brings the timeline in it up to date, between its markers and nowhere else" },
  },
  async run({ args: [id = ""], values, project, directory }) {
    const opened = await project();
    if (values.refresh) {
      const { refreshPostmortem } = await import("../../app/timelineInDocument.ts");
      const { path, changed } = await refreshPostmortem(opened, id);
      return { json: { path, changed }, text: () => relative(directory, join(opened.root, path)) };
    }
    const { scaffoldPostmortem } = await import("../../app/scaffolds.ts");
    return scaffolded(opened, await scaffoldPostmortem(opened, id), directory);
  },
});

export const runbook = command({
  name: "runbook",
  ledger: "optional",
  history: "drop",
  args: "[TAG]",
  summary: "scaffolds the rollback runbook of a drop (the current one) and prints its path; never overwrites",
  async run({ args: [tag], project, directory }) {
    const { scaffoldRunbook } = await import("../../app/scaffolds.ts");
    const opened = await project();
    return scaffolded(opened, await scaffoldRunbook(opened, tag ?? null), directory);
  },
});

/** In JSON relative to the root, as everywhere; as text from where the person stands. */
const scaffolded = ({ root }: Project, { path, created }: Scaffold, directory: string): Answer => ({
  json: { path, created },
  text: () => relative(directory, join(root, path)),
});
