import { createHash, randomUUID } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import { chooseService, mustChooseService } from "../../app/chooseService.ts";
import {
  gateReport,
  type PullRequestReading,
  pullRequestReport,
  readPullRequest,
  servicesOfPullRequest,
} from "../../app/gate/gateReport.ts";
import { aimWords, baseWords, policyWords } from "../../app/gate/gateWords.ts";
import { candidateNamed, readGoverned } from "../../app/gate/governed.ts";
import { type HookStart, installHook, readPush, removeHook } from "../../app/gate/prePushHook.ts";
import { type GateReading, readGate } from "../../app/gate/readGate.ts";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import { givenPlace, LARGEST_RECORD, overwrite, readText } from "../../app/project/files.ts";
import type { Project } from "../../app/project/project.ts";
import { httpSources } from "../../app/updates/secretsInForce.ts";
import { riskWords } from "../../domain/change/riskLevel.ts";
import type { GateReason } from "../../domain/gate/gate.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { nameMatcher } from "../../domain/text/tagNames.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { proxiedFetch } from "../../signals/proxy.ts";
import { environmentSecrets } from "../../signals/secrets.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import { type Answer, type Call, EXIT } from "../call/command.ts";
import { escapeText, jsonText } from "../call/output.ts";
import { type PullRequestRun, pipelineOf, pullRequestOf, tagOfRun } from "../call/pipeline.ts";
import type { Page } from "../text/page.ts";
import { wrap } from "../text/table.ts";
import type { GATE_OPTIONS } from "./gate.ts";

export async function runGate(call: Call<typeof GATE_OPTIONS>): Promise<Answer> {
  const { values, project } = call;
  refuseOddOptions(values);
  const whole = await project();
  if (values["install-hook"] || values["remove-hook"]) return hookAnswer(call, whole);
  await fetchFirst(whole);
  if (values["pre-push"]) return prePush(call, whole);
  const { to } = values;
  const tag = call.args[0] ?? (await dropOfRun(call.environment, whole));
  const pull = tag === undefined && to === undefined ? pullRequestOf(call.environment) : null;
  if (pull) return pullRequestAnswer(call, pull, await pullRequests(call, whole), whole);
  const opened = await as(whole, await mustChooseService(whole, { ...serviceWish(call), tag }));
  const governed = await readGoverned(opened);
  const candidate = await candidateNamed(governed, tag);
  const sources = signalSources(opened, call.environment);
  const reading = await readGate(opened, governed, candidate, {
    sources,
    ...(to === undefined ? {} : { to }),
  });
  if (values.report !== undefined) await writeReport(call, opened.root, values.report, reading.gate.reasons);
  return verdict(call, [reading], opened);
}

const serviceWish = ({ values, directory }: Pick<Call<typeof GATE_OPTIONS>, "values" | "directory">) => ({
  service: (values as { service?: string }).service,
  folder: directory,
});

const as = (project: Project, service: string | null) => (service === null ? project : project.of(service));
function refuseOddOptions(values: Call<typeof GATE_OPTIONS>["values"]): void {
  if (values["install-hook"] && values["remove-hook"])
    throw new HumanError(
      "usage",
      "--install-hook and --remove-hook contradict each other; give one of them.",
    );
  // What a script left empty would be the folder that it runs in.
  if (values.report === "")
    throw new HumanError("usage", "--report names no file; write one such as --report quality.json.");
}

/** A run for the tag of a drop asks about that drop, as the tag on the command line does. */
async function dropOfRun(environment: NodeJS.ProcessEnv, project: Project): Promise<string | undefined> {
  const tag = tagOfRun(environment);
  if (tag === null) return undefined;
  const { policy } = await project.policy();
  const policies = policy.services ? Object.values(policy.services) : [policy];
  return policies.some(({ drops }) => nameMatcher(drops.tags)(tag)) ? tag : undefined;
}

/** Of several services, each that the pull request changes, unless one is chosen. */
async function pullRequests(call: Call<typeof GATE_OPTIONS>, whole: Project): Promise<PullRequestReading[]> {
  const chosen = as(whole, await chooseService(whole, serviceWish(call)));
  const several = chosen === whole && (await whole.services()).length > 0;
  const projects = several ? await servicesOfPullRequest(whole) : [chosen];
  const readings: PullRequestReading[] = [];
  for (const own of projects) readings.push(await readPullRequest(own, await readGoverned(own)));
  return readings;
}

/** On a pull request the council is told of, and asked only before it ships. */
async function pullRequestAnswer(
  call: Call<typeof GATE_OPTIONS>,
  { number }: PullRequestRun,
  readings: readonly PullRequestReading[],
  project: Project,
): Promise<Answer> {
  const { values, environment } = call;
  // What is wrong with the policy is told by each service in the same words.
  const distinct = (all: readonly GateReason[]) => [
    ...new Map(all.map((each) => [each.text, each])).values(),
  ];
  const reasons = distinct(readings.flatMap((reading) => reading.reasons));
  const toShip = distinct(readings.flatMap((reading) => reading.toShip));
  if (values.report !== undefined) await writeReport(call, project.root, values.report, reasons);
  const at = project.now();
  const marks = marksFor(pipelineOf(environment), reasons, at, githubNotices(toShip));
  return {
    json: { at: formatInstant(at), pullRequest: number, ...pullRequestsReport(readings) },
    reasons: reasons.map(({ text }) => text),
    ...(await summaryFor(environment, async () => {
      const { pullRequestSummary } = await import("../text/gateSummary.ts");
      const each = await Promise.all(readings.map((reading) => pullRequestSummary(project, reading)));
      return each.join("\n");
    })),
    text: (page) => readings.map((reading) => pullRequestText(reading, page)).join("\n\n"),
    ...marks,
    exit: reasons.length > 0 ? EXIT.no : EXIT.fine,
  };
}

function pullRequestsReport(readings: readonly PullRequestReading[]) {
  const reports = readings.map((reading) => ({ ...serviceOf(reading), ...pullRequestReport(reading) }));
  return reports.length === 1 ? reports[0] : { services: reports };
}

function serviceOf({ governed }: PullRequestReading): { service?: string } {
  const { scope } = governed.release.policy.policy;
  return scope ? { service: scope.service } : {};
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
    reasons: reasons.map(({ text }) => text),
    ...(await summaryFor(environment, async () => {
      const { gateSummary } = await import("../text/gateSummary.ts");
      return (await Promise.all(readings.map((reading) => gateSummary(project, reading)))).join("\n\n");
    })),
    text: (page) => {
      const texts = readings.map((reading) => gateText(reading, page));
      return texts.length > 0 ? texts.join("\n") : "No drop is pushed, so the gate has nothing to say.";
    },
    ...marksFor(pipelineOf(environment), reasons, at),
    exit: reasons.length > 0 ? EXIT.no : EXIT.fine,
  };
}

/** Where the runner takes a summary; what it is made of is not looked up for anybody else. */
async function summaryFor(
  { GITHUB_STEP_SUMMARY: wanted }: NodeJS.ProcessEnv,
  make: () => Promise<string>,
): Promise<{ summary?: string }> {
  return wanted ? { summary: `${await make()}\n` } : {};
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
  const there = await readText(place.root, place.path, LARGEST_RECORD);
  // A slip of the fingers must not cost anybody a file.
  if (there !== null && !isReport(there))
    throw new HumanError(
      "usage",
      `${plainText(given)} holds something else than a report, so it is not overwritten; name another file, or move it.`,
    );
  await overwrite(place.root, place.path, `${jsonText(codeQuality(reasons))}\n`);
}

/** An empty file stands for one, and any other tool's may be replaced. */
function isReport(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The verdict in plain words, with every reason why not. */
export function gateText(reading: GateReading, page: Page): string {
  const { gate, risk } = reading;
  const { paint, width } = page;
  const verdict = gate.open
    ? paint.green(`Open: ${aimWords(reading)}.`)
    : paint.red(`Shut: ${aimWords(reading)}.`);
  return [
    verdict,
    ...gate.reasons.flatMap(({ text }) => wrap(text, width, "- ", "  ")),
    ...gate.overridden.flatMap(({ text }) => wrap(text, width, "- overridden: ", "  ").map(paint.yellow)),
    paint.dim(`Risk ${riskWords(risk)}.`),
    ...[baseWords(reading)]
      .filter((line) => line !== null)
      .flatMap((line) => wrap(line, width, "").map(paint.yellow)),
    ...policyWords(reading.governed).flatMap((line) => wrap(line, width, "").map(paint.dim)),
  ].join("\n");
}

/** Whether a pull request may be merged, and what it would take to ship it then. */
function pullRequestText(reading: PullRequestReading, page: Page): string {
  const { governed, commits, reasons, toShip, risk, undoOf } = reading;
  const { paint, width } = page;
  const size = counted(commits.length, "commit");
  const branch = plainText(governed.release.branch.name, 60);
  const { service } = serviceOf(reading);
  const heading = service === undefined ? [] : [paint.bold(plainText(service, 60))];
  const verdict =
    reasons.length === 0
      ? paint.green(`Passed: the pull request (${size}) may be merged into ${branch}.`)
      : paint.red(`Blocked: the pull request (${size}) may not be merged into ${branch}.`);
  const items = (texts: readonly { text: string }[]) =>
    texts.flatMap(({ text }) => wrap(text, width, "- ", "  "));
  return [
    ...heading,
    verdict,
    ...items(reasons),
    ...(undoOf === null ? [] : [`It is the undo of ${plainText(undoOf, 60)}, file for file.`]),
    ...(toShip.length === 0 ? [] : ["To ship, once it is merged:", ...items(toShip)]),
    paint.dim(`Risk ${riskWords(risk)}.`),
    ...policyWords(governed).flatMap((line) => wrap(line, width, "").map(paint.dim)),
  ].join("\n");
}

/** Lines that GitHub turns into annotations of the run. */
const githubLines = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => `::error title=Dropclock gate (${code})::${escaped(text)}`);

/** Between these two lines GitHub reads nothing as a command. */
function githubQuiet(): { before: string; after: string } {
  const token = randomUUID();
  return { before: `::stop-commands::${token}`, after: `::${token}::` };
}

/** The same for what is said beside the verdict. */
const githubNotices = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => `::notice title=Dropclock gate (${code})::${escaped(text)}`);

const escaped = (text: string) =>
  escapeText(text, false).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** Lines of GitLab's job log: a section that can be folded, its reasons in red. */
function gitlabLines(reasons: readonly GateReason[], now: number): string[] {
  if (reasons.length === 0) return [];
  const seconds = Math.floor(now / 1000);
  const begin = `\u001b[0Ksection_start:${seconds}:dropclock_gate\r\u001b[0KThe gate is shut`;
  const end = `\u001b[0Ksection_end:${seconds}:dropclock_gate\r\u001b[0K`;
  return [begin, ...reasons.map(({ text }) => `\u001b[31;1m${escapeText(text, false)}\u001b[0m`), end];
}

/** A Code Quality report, which GitLab shows at the merge request (`artifacts: reports: codequality`). */
const codeQuality = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => ({
    description: text,
    check_name: `dropclock-gate-${code}`,
    fingerprint: createHash("sha256").update(`${code} ${text}`).digest("hex"),
    severity: "blocker",
    location: { path: POLICY_PATH, lines: { begin: 1 } },
  }));

/** The sources of signals for the command line: over HTTP, with secrets from the environment. */
export const signalSources = (
  project: Parameters<typeof httpSources>[0],
  environment: NodeJS.ProcessEnv,
): SourceOpener => httpSources(project, environmentSecrets(environment), proxiedFetch(environment));
