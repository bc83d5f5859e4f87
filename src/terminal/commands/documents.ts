import { join, relative } from "node:path";
import type { Project } from "../../app/project/project.ts";
import type { Refreshed, Scaffold } from "../../app/project/scaffold.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type Answer, command } from "../call/command.ts";

/** The commands that scaffold a document and print its path, for `code $(dropclock postmortem ID)`. */

export const postmortem = command({
  name: "postmortem",
  args: "ID",
  summary: "scaffolds the post-mortem of an incident and prints its path; never overwrites",
  options: {
    refresh: {
      help: "brings what is generated in it up to date: its front matter and what stands between markers",
    },
  },
  async run({ args: [id = ""], values, project, directory }) {
    const opened = await project();
    const { refreshPostmortem, postmortemOnDisk } = await import("../../app/documents/postmortemUpkeep.ts");
    if (values.refresh) return refreshed(opened, await refreshPostmortem(opened, id), directory);
    const { scaffoldPostmortem } = await import("../../app/documents/scaffolds.ts");
    const made = await scaffoldPostmortem(opened, id);
    const stale = made.created ? [] : ((await postmortemOnDisk(opened, id))?.stale ?? []);
    return scaffolded(opened, made, stale, `postmortem ${id}`, directory);
  },
});

export const runbook = command({
  name: "runbook",
  ledger: "optional",
  history: "drop",
  args: "[TAG]",
  summary: "scaffolds the rollback runbook of a drop (the current one) and prints its path; never overwrites",
  options: {
    refresh: {
      help: "brings the open incident and the last rehearsal up to date, between their markers and nowhere else",
    },
  },
  async run({ args: [tag = null], values, project, directory }) {
    const { refreshRunbook, scaffoldRunbook } = await import("../../app/documents/scaffolds.ts");
    const opened = await project();
    if (values.refresh) return refreshed(opened, await refreshRunbook(opened, tag), directory);
    const made = await scaffoldRunbook(opened, tag);
    // One that is wholly somebody's own is as good.
    const looked = made.created ? null : await refreshRunbook(opened, tag, false).catch(onlyRefusals);
    return scaffolded(
      opened,
      made,
      looked?.changed ?? [],
      `runbook${tag === null ? "" : ` ${tag}`}`,
      directory,
    );
  },
});

function onlyRefusals(error: unknown): null {
  if (error instanceof HumanError && error.kind === "refused") return null;
  throw error;
}

/** In JSON relative to the root, as everywhere; as text from where the person stands. */
function scaffolded(
  { root }: Project,
  { path, created }: Scaffold,
  stale: readonly string[],
  call: string,
  directory: string,
): Answer {
  const which = `${stale.join(", ")} in it ${stale.length === 1 ? "disagrees" : "disagree"} with the record`;
  return {
    json: { path, created, ...(created ? {} : { stale }) },
    text: () => relative(directory, join(root, path)),
    complaints: stale.length === 0 ? [] : [`${which}; refresh: dropclock ${call} --refresh`],
  };
}

const refreshed = ({ root }: Project, { path, changed }: Refreshed, directory: string): Answer => ({
  json: { path, changed: changed.length > 0, parts: changed },
  text: () => relative(directory, join(root, path)),
});

export const init = command({
  name: "init",
  services: "none",
  ledger: "optional",
  summary: "writes a commented policy and the templates, or the pipeline of a forge; never overwrites",
  options: {
    pipeline: { value: "FORGE", help: "writes the pipeline for github or gitlab: gate, watch, publish" },
  },
  async run({ project, values, version }) {
    const { pipeline } = values;
    if (pipeline !== undefined) return pipelineAnswer(await project(), pipeline, version);
    const { initProject } = await import("../../app/documents/scaffolds.ts");
    const opened = await project();
    const { files } = await initProject(opened);
    const next = opened.repository ? "dropclock status" : "git init (incidents are kept in git)";
    return { json: { files }, text: () => [...fileRows(files), `Next: ${next}`].join("\n") };
  },
});

const fileRows = (files: readonly Scaffold[]) =>
  files.map(({ path, created }) => `${created ? "created" : "kept   "} ${path}`);

async function pipelineAnswer(project: Project, given: string, version: string): Promise<Answer> {
  const [{ initPipeline }, { PIPELINES }] = await Promise.all([
    import("../../app/documents/scaffolds.ts"),
    import("../../documents/pipelines.ts"),
  ]);
  const pipeline = PIPELINES.find((each) => each === given);
  if (!pipeline)
    throw new HumanError(
      "usage",
      `--pipeline is one of ${PIPELINES.join(", ")}, and not “${plainText(given, 40)}”.`,
    );
  const { files, include } = await initPipeline(project, pipeline, version);
  const next =
    pipeline === "github"
      ? "make the check “gate” required"
      : "set DROPCLOCK_TOKEN, so that the watch may push";
  const add = include === null ? [] : [`Add to ${include.path}:`, ...include.text.trimEnd().split("\n")];
  return {
    json: { files, include },
    text: () => [...fileRows(files), ...add, `Next: commit it, and ${next}.`].join("\n"),
  };
}
