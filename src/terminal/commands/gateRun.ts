import { isAbsolute, resolve } from "node:path";
import { candidateNamed } from "../../app/gate/candidates.ts";
import { gateReport, pullRequestReport } from "../../app/gate/gateReport.ts";
import { type Governed, readGoverned } from "../../app/gate/governed.ts";
import { type HookStart, installHook, removeHook } from "../../app/gate/prePushHook.ts";
import { type PullRequestReading, readPullRequest } from "../../app/gate/pullRequest.ts";
import { type GateReading, readGate } from "../../app/gate/readGate.ts";
import { readPush } from "../../app/gate/readPush.ts";
import { givenPlace } from "../../app/insideRoot.ts";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import { overwrite } from "../../app/project/files.ts";
import type { Project } from "../../app/project/project.ts";
import type { GateReason } from "../../domain/gateReason.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { nameMatcher } from "../../domain/text/tagNames.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { codeQuality, githubLines, githubNotices, githubQuiet, gitlabLines } from "../annotations.ts";
import type { Answer, Call } from "../call/command.ts";
import { type PullRequestRun, pipelineOf, pullRequestOf, tagOfRun } from "../call/pipeline.ts";
import { EXIT } from "../exitStatus.ts";
import { jsonText } from "../jsonText.ts";
import { signalSources } from "../signalSources.ts";
import { gateText, pullRequestText } from "../text/gateText.ts";
import type { GATE_OPTIONS } from "./gate.ts";

export async function runGate(call: Call<typeof GATE_OPTIONS>): Promise<Answer> {
  const { values, project } = call;
  const opened = await project();
  if (values["install-hook"] || values["remove-hook"]) return hookAnswer(call, opened);
  await fetchFirst(opened);
  if (values["pre-push"]) return prePush(call, opened);
  const governed = await readGoverned(opened);
  const tag = call.args[0] ?? dropOfRun(call.environment, governed);
  const { to } = values;
  const pull = tag === undefined && to === undefined ? pullRequestOf(call.environment) : null;
  if (pull) return pullRequestAnswer(call, pull, await readPullRequest(opened, governed), opened);
  const candidate = await candidateNamed(governed, tag);
  const sources = signalSources(opened, call.environment);
  const reading = await readGate(opened, governed, candidate, {
    sources,
    ...(to === undefined ? {} : { to }),
  });
  if (values.report !== undefined) await writeReport(call, opened.root, values.report, reading.gate.reasons);
  return verdict(call, [reading], opened);
}

/** A run for the tag of a drop asks about that drop, as the tag on the command line does. */
function dropOfRun(environment: NodeJS.ProcessEnv, { release }: Governed): string | undefined {
  const tag = tagOfRun(environment);
  return tag !== null && nameMatcher(release.policy.policy.drops.tags)(tag) ? tag : undefined;
}

/** On a pull request the council is told of, and asked only before it ships. */
async function pullRequestAnswer(
  call: Call<typeof GATE_OPTIONS>,
  { number }: PullRequestRun,
  reading: PullRequestReading,
  project: Project,
): Promise<Answer> {
  const { values, environment } = call;
  const { reasons, toShip } = reading;
  if (values.report !== undefined) await writeReport(call, project.root, values.report, reasons);
  const at = project.now();
  const marks = marksFor(pipelineOf(environment), reasons, at, githubNotices(toShip));
  return {
    json: { at: formatInstant(at), pullRequest: number, ...pullRequestReport(reading) },
    text: (page) => pullRequestText(reading, page),
    ...marks,
    exit: reasons.length > 0 ? EXIT.no : EXIT.fine,
  };
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
  const reports = readings.map((reading) => ({ at: formatInstant(at), ...gateReport(reading) }));
  return {
    json:
      reports.length === 1
        ? reports[0]
        : { at: formatInstant(at), open: reasons.length === 0, drops: reports },
    text: (page) => {
      const texts = readings.map((reading) => gateText(reading, page));
      return texts.length > 0 ? texts.join("\n") : "No drop is pushed, so the gate has nothing to say.";
    },
    ...marksFor(pipelineOf(environment), reasons, at),
    exit: reasons.length > 0 ? EXIT.no : EXIT.fine,
  };
}

/** What the run of a pipeline is to show of the reasons; what people wrote stands where nothing is read as a command. */
function marksFor(
  pipeline: ReturnType<typeof pipelineOf>,
  reasons: readonly GateReason[],
  at: Instant,
  notices: readonly string[] = [],
): Pick<Answer, "marks"> {
  if (pipeline === null) return {};
  if (pipeline === "gitlab") return { marks: { before: gitlabLines(reasons, at), after: [] } };
  const quiet = githubQuiet();
  return { marks: { before: [...githubLines(reasons), ...notices, quiet.before], after: [quiet.after] } };
}

async function hookAnswer(
  { values, environment }: Call<typeof GATE_OPTIONS>,
  { repository, root }: Project,
): Promise<Answer> {
  const install = values["install-hook"];
  if (!repository)
    throw new HumanError("usage", `${plainText(root)} is not a git repository; run: git init.`);
  const outcome = install
    ? await installHook(repository, startOf(environment))
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

/** In a terminal of the editor its extension says where it keeps note of the newest command line. */
function startOf({ DROPCLOCK_COMMAND: latest }: NodeJS.ProcessEnv): HookStart {
  const script = resolve(process.argv[1] ?? "");
  return { program: process.execPath, script, latest: latest && isAbsolute(latest) ? latest : null };
}

async function writeReport(
  { directory }: Pick<Call, "directory">,
  root: string,
  given: string,
  reasons: readonly GateReason[],
): Promise<void> {
  const place = givenPlace(given, "file", { directory, root });
  await overwrite(place.root, place.path, `${jsonText(codeQuality(reasons))}\n`);
}
