import { join, relative } from "node:path";
import type { Project } from "../../app/project.ts";
import type { Scaffold } from "../../app/scaffold.ts";
import { command } from "../command.ts";

/** The commands that scaffold a document and print its path, for `code $(dropclock postmortem ID)`. */

export const postmortem = command({
  name: "postmortem",
  args: "ID",
  summary: "scaffolds the post-mortem of an incident and prints its path; never overwrites",
  options: {
    refresh: { help: "brings all that is generated in it up to date, between its markers and nowhere else" },
  },
  async run({ args: [id = ""], values, project, directory }) {
    const opened = await project();
    if (values.refresh) {
      const { refreshPostmortem } = await import("../../app/postmortemUpkeep.ts");
      const { path, changed } = await refreshPostmortem(opened, id);
      const json = { path, changed: changed.length > 0, parts: changed };
      return { json, text: () => relative(directory, join(opened.root, path)) };
    }
    const { scaffoldPostmortem } = await import("../../app/scaffolds.ts");
    const answer = scaffolded(opened, await scaffoldPostmortem(opened, id), directory);
    if (answer.json.created) return answer;
    const { postmortemOnDisk } = await import("../../app/postmortemUpkeep.ts");
    const stale = (await postmortemOnDisk(opened, id))?.stale ?? [];
    const complaints =
      stale.length === 0
        ? []
        : [
            `${stale.join(", ")} in it ${stale.length === 1 ? "disagrees" : "disagree"} with the record; refresh: dropclock postmortem ${id} --refresh`,
          ];
    return { ...answer, json: { ...answer.json, stale }, complaints };
  },
});

export const runbook = command({
  name: "runbook",
  args: "[TAG]",
  summary: "scaffolds the rollback runbook of a drop (the current one) and prints its path; never overwrites",
  async run({ args: [tag], project, directory }) {
    const { scaffoldRunbook } = await import("../../app/scaffolds.ts");
    const opened = await project();
    return scaffolded(opened, await scaffoldRunbook(opened, tag ?? null), directory);
  },
});

/** In JSON relative to the root, as everywhere; as text from where the person stands. */
const scaffolded = ({ root }: Project, { path, created }: Scaffold, directory: string) => ({
  json: { path, created },
  text: () => relative(directory, join(root, path)),
});
