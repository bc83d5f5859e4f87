import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fetchFirst } from "../../app/fetchFirst.ts";
import { candidateNamed } from "../../app/gate/candidates.ts";
import { gateReport } from "../../app/gate/gateReport.ts";
import { readGoverned } from "../../app/gate/governed.ts";
import { installHook, removeHook } from "../../app/gate/prePushHook.ts";
import { type GateReading, readGate } from "../../app/gate/readGate.ts";
import { readPush } from "../../app/gate/readPush.ts";
import type { Project } from "../../app/project.ts";
import type { GateReason } from "../../domain/gateReason.ts";
import { HumanError } from "../../domain/humanError.ts";
import { formatInstant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import { codeQuality, githubLines, githubQuiet, gitlabLines, pipelineOf } from "../annotations.ts";
import type { Answer, Call } from "../command.ts";
import type { GATE_OPTIONS } from "../commands/gate.ts";
import { EXIT } from "../exitStatus.ts";
import { signalSources } from "../signalSources.ts";
import { gateText } from "../text/gateText.ts";

export async function runGate(call: Call<typeof GATE_OPTIONS>): Promise<Answer> {
  const { values, project } = call;
  const opened = await project();
  if (values["install-hook"] || values["remove-hook"]) return hookAnswer(opened, values["install-hook"]);
  await fetchFirst(opened);
  if (values["pre-push"]) return prePush(call, opened);
  const governed = await readGoverned(opened);
  const candidate = await candidateNamed(governed, call.args[0]);
  const sources = signalSources(opened, call.environment);
  const reading = await readGate(opened, governed, candidate, {
    sources,
    ...(values.to === undefined ? {} : { to: values.to }),
  });
  if (values.report !== undefined)
    await writeReport(resolve(call.directory, values.report), reading.gate.reasons);
  return verdict(call, [reading], opened);
}

async function prePush(call: Call<typeof GATE_OPTIONS>, project: Project): Promise<Answer> {
  const readings = await readPush(project, await call.input(), signalSources(project, call.environment));
  const answer = await verdict(call, readings, project);
  const shut = readings.some(({ gate: { open } }) => !open);
  // Git shows a hook's stdout among its own words; who is refused must see how to go on.
  return shut
    ? { ...answer, complaints: ["The push was refused; git push --no-verify passes the hook by."] }
    : answer;
}

async function verdict(
  { environment }: Pick<Call, "environment">,
  readings: readonly GateReading[],
  project: Project,
): Promise<Answer> {
  const at = project.now();
  const reasons = readings.flatMap((reading) => reading.gate.reasons);
  const pipeline = pipelineOf(environment);
  const marks =
    pipeline === "github" ? githubLines(reasons) : pipeline === "gitlab" ? gitlabLines(reasons, at) : [];
  const reports = readings.map((reading) => ({ at: formatInstant(at), ...gateReport(reading) }));
  return {
    json:
      reports.length === 1
        ? reports[0]
        : { at: formatInstant(at), open: reasons.length === 0, drops: reports },
    text: (page) => {
      const texts = readings.map((reading) => gateText(reading, page));
      const text = texts.length > 0 ? texts.join("\n") : "No drop is pushed, so the gate has nothing to say.";
      return [...marks, pipeline === "github" ? githubQuiet(text) : text].join("\n");
    },
    exit: reasons.length > 0 ? EXIT.no : EXIT.fine,
  };
}

async function hookAnswer({ repository, root }: Project, install: boolean): Promise<Answer> {
  if (!repository)
    throw new HumanError("usage", `${plainText(root)} is not a git repository; run: git init.`);
  const outcome = install
    ? await installHook(repository, { program: process.execPath, script: resolve(process.argv[1] ?? "") })
    : await removeHook(repository);
  const path = plainText(outcome.path);
  const words = install
    ? [
        `The gate is asked before each push of a drop (${path}); remove it with: dropclock gate --remove-hook`,
        `The hook is installed already (${path}).`,
      ]
    : [`The hook is removed (${path}).`, "There was no hook to remove."];
  return { json: outcome, text: () => words[outcome.changed ? 0 : 1]! };
}

async function writeReport(path: string, reasons: readonly GateReason[]): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(codeQuality(reasons), null, 2)}\n`);
  } catch (error) {
    throw new HumanError(
      "service",
      `${plainText(path)} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}
