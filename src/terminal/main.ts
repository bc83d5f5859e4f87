import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { AnswerMemory } from "../app/project/answerMemory.ts";
import type { EarlyAnswers } from "../app/project/earlyAnswers.ts";
import type { PolicyMemory } from "../app/project/policyMemory.ts";
import type { Project } from "../app/project/project.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Instant } from "../domain/time/instant.ts";
import type { Repository } from "../git/repository.ts";
import { shallowClone, UNSHALLOW } from "../git/shallow.ts";
import type { SyncResult } from "../ledger/remoteLedger.ts";
import { instantArgument } from "./call/arguments.ts";
import { type Answer, type Call, type Command, EXIT, type ExitStatus, exitStatusOf } from "./call/command.ts";
import { policyComplaints, readingComplaints, sharingComplaints } from "./call/complaints.ts";
import type { tellGithub } from "./call/githubRun.ts";
import { help } from "./call/help.ts";
import { escapeText, jsonText } from "./call/output.ts";
import { type ParsedCall, parseCall } from "./call/parseCall.ts";
import { isPipeline, pipelineOf } from "./call/pipeline.ts";
import { COMPLETE } from "./commands/completion.ts";
import { COMMANDS } from "./commands.ts";
import { type Page, PLAIN } from "./text/page.ts";

/** Where the command line reads and writes; tests give their own. */
export interface Terminal {
  argv: readonly string[];
  /** The working directory; throws where somebody has removed it. */
  directory: () => string;
  version: string;
  /** Left out: nothing is set. */
  environment?: NodeJS.ProcessEnv;
  /** Reads stdin to its end; left out: nothing comes in. */
  input?: () => Promise<string>;
  /** What policies were found to say before; left out: each is read anew. */
  policies?: PolicyMemory;
  /** What git was found to answer before, by repository; left out: it is asked anew. */
  answers?: (repository: Repository) => AnswerMemory;
  /** What git was asked already, and where; left out: nothing. */
  early?: { directory: string; answers: EarlyAnswers } | undefined;
  page: Page;
  write: (text: string) => void;
  complain: (text: string) => void;
  /** Asks a person, and gives the line that was typed; left out where nobody is there. */
  ask?: (question: string) => Promise<string>;
  /** Shows where an unexpected error came from. */
  debug: boolean;
}

/** Runs one command line and gives its exit status. Every error ends here, as a line on stderr. */
export async function main(given: Terminal): Promise<ExitStatus> {
  const told = new Set<string>();
  const tell = (text: string) => {
    told.add(text);
    given.complain(text);
  };
  const terminal = escapingTerminal({ ...given, complain: tell });
  try {
    if (terminal.argv[0] === COMPLETE) return await answerShell(terminal);
    const parsed = parseCall(terminal.argv, COMMANDS);
    const { answer, project } = await answerTo(parsed, terminal);
    const read = project?.latest ? readingComplaints(project.latest, parsed.command ?? {}) : [];
    for (const complaint of [...(answer.complaints ?? []), ...read]) complain(terminal, complaint);
    if (parsed.values.json) terminal.write(`${jsonText(answer.json)}\n`);
    else writeText(answer, terminal, given);
    const exit = answer.exit ?? EXIT.fine;
    if (project && parsed.command?.handsOver)
      for (const line of await (await import("./call/handover.ts")).handOverNow(
        project,
        terminal.environment ?? {},
      ))
        complain(terminal, line);
    const { json, reasons = [], summary } = answer;
    if (project !== null) await tellRun(terminal, { open: exit === EXIT.fine, reasons, json, summary });
    return exit;
  } catch (error) {
    // What was said of the policy may be the very reason.
    const news = (text: string) => (told.has(text) ? undefined : given.complain(text));
    report(escapingTerminal({ ...given, complain: news }), error);
    await tellRun(terminal, {
      open: false,
      reasons: [error instanceof Error ? error.message : String(error)],
    });
    return exitStatusOf(error);
  }
}

/** What the runner of a pipeline takes beside the log. */
async function tellRun(terminal: Terminal, outcome: Parameters<typeof tellGithub>[1]): Promise<void> {
  const { environment = {} } = terminal;
  if (pipelineOf(environment) !== "github") return;
  const { tellGithub } = await import("./call/githubRun.ts");
  for (const line of await tellGithub(environment, outcome)) complain(terminal, line);
}

/** What the script of a shell asks while somebody types. */
async function answerShell({ argv, directory, write }: Terminal): Promise<ExitStatus> {
  const { complete } = await import("./commands/completionRun.ts");
  write(await complete(argv.slice(1), { commands: COMMANDS, directory }));
  return EXIT.fine;
}

/** Whatever is said goes out as text that is only read. */
function escapingTerminal(given: Terminal): Terminal {
  const inert = (text: string) => escapeText(text, given.page.paint !== PLAIN);
  const { ask } = given;
  return {
    ...given,
    write: (text) => given.write(inert(text)),
    complain: (text) => given.complain(inert(text)),
    ...(ask ? { ask: (question) => ask(inert(question)) } : {}),
  };
}

/** An answer for people; what a pipeline is to obey around it goes out as it is. */
function writeText({ text, marks }: Answer, terminal: Terminal, given: Terminal): void {
  const said = text(terminal.page);
  if (marks) given.write(marks.before.map((line) => `${line}\n`).join(""));
  terminal.write(`${said}\n`);
  if (marks) given.write(marks.after.map((line) => `${line}\n`).join(""));
}

/** An answer, and the project that it is about. */
interface Answered {
  answer: Answer;
  project: Project | null;
}

async function answerTo(parsed: ParsedCall, terminal: Terminal): Promise<Answered> {
  const of = (answer: Answer) => ({ answer, project: null });
  switch (parsed.want) {
    case "nothing":
      return of({ ...(await help([], COMMANDS)), complaints: ["No command was given."], exit: EXIT.wrong });
    case "help":
      return of(await help(parsed.words, COMMANDS));
    case "version":
      return of({ json: { version: terminal.version }, text: () => terminal.version });
    case "run": {
      let project: Project | null = null;
      const opened = (each: Project) => {
        project = each;
      };
      return { answer: await parsed.command!.run(callOf(parsed, terminal, opened)), project };
    }
  }
}

function callOf(
  { args, values, command }: ParsedCall,
  terminal: Terminal,
  onOpened: (project: Project) => void,
): Call {
  const environment = terminal.environment ?? {};
  const directory = directoryOf(terminal, values.directory as string | undefined);
  const clock = clockOf(terminal);
  const at = atOf(values, clock.now);
  if (at !== null && command?.at === "refused")
    throw new HumanError("usage", `${command.name} is about this moment; leave out --at.`);
  const happened = command?.at === "happened" ? at : null;
  const lookBackTo = command?.at === "happened" ? null : at;
  return {
    args,
    values: values as Call["values"],
    directory,
    now: () => lookBackTo ?? clock.now(),
    environment,
    version: terminal.version,
    input: terminal.input ?? (async () => ""),
    tell: (line) => complain(terminal, line),
    page: terminal.page,
    show: (text) => {
      if (!values.json) terminal.write(`${text}\n`);
    },
    confirm: values.json ? null : confirmer(terminal),
    // The largest part of the program; help, and a call that is wrong, need none of it.
    project: async () => {
      const answers = command?.remembers ? terminal.answers : undefined;
      const early = await earlyAnswers(terminal, directory, answers !== undefined);
      const { Project } = await import("../app/project/project.ts");
      const shared = (result: SyncResult) => {
        for (const line of sharingComplaints(result)) complain(terminal, line);
      };
      const opened = await Project.open(directory, {
        now: clock.now,
        clockGiven: clock.given,
        lookBackTo,
        happenedAt: happened,
        askRemote: true,
        early,
        ...(terminal.policies ? { policies: terminal.policies } : {}),
        ...(answers ? { answers } : {}),
        needsBranch: command?.history !== undefined && command.ledger !== "optional",
        sharing: { wait: true, shared, required: command?.ledger !== "optional" },
      });
      onOpened(opened);
      for (const line of await prepare(opened, command, environment)) complain(terminal, line);
      // Before anything is asked, done or answered by a policy that is not the one on file.
      if (!command?.judgesPolicy)
        for (const line of policyComplaints(await opened.policy())) complain(terminal, line);
      // Of those this one tells more.
      if (command?.name !== "policy check")
        for (const line of await strays(opened, directory)) complain(terminal, line);
      const chosen = await serviceOf(opened, { args, values, command }, directory);
      if (chosen !== opened) onOpened(chosen);
      return chosen;
    },
  };
}

/** A policy of a sub-folder is never passed over in silence. */
async function strays({ repository, root }: Project, directory: string): Promise<string[]> {
  if (!repository || directory === root) return [];
  const { STRAY_POLICY, strayPoliciesAbove } = await import("../app/policyFindings.ts");
  return strayPoliciesAbove(root, directory).map((path) => `${path}: ${STRAY_POLICY}`);
}

/**
 * The project as the service that a command is about.
 * @throws {HumanError} `usage` that asks which, where it needs one and nothing tells.
 */
async function serviceOf(
  project: Project,
  { args, values, command }: Pick<ParsedCall, "args" | "values" | "command">,
  folder: string,
): Promise<Project> {
  const service = values.service as string | undefined;
  const about = command?.services;
  const { policy } = await project.policy();
  if (about === "own" || (policy.services === undefined && service === undefined)) return project;
  const { chooseService, mustChooseService } = await import("../app/chooseService.ts");
  if (about === "none") {
    await chooseService(project, { service });
    return project;
  }
  const at = (name: string) => args[command?.args?.split(" ").indexOf(name) ?? -1];
  const tag = at("TAG") ?? at("[TAG]") ?? (values.drop as string | undefined);
  const wish = { service, tag, incident: at("ID"), folder };
  const chosen = await (about === "all" ? chooseService(project, wish) : mustChooseService(project, wish));
  return chosen === null ? project : project.of(chosen);
}

/** Git works while the rest is loaded. */
async function earlyAnswers({ early }: Terminal, directory: string, tags: boolean): Promise<EarlyAnswers> {
  if (early?.directory === directory) return early.answers;
  const { askEarly } = await import("../app/project/earlyAnswers.ts");
  return askEarly(directory, { tags });
}

/**
 * Sees to it that a command has what its answer rests on. Gives what people must know, as sentences.
 * @throws {HumanError} `service` where that cannot be had.
 */
async function prepare(
  project: Project,
  command: Command | null,
  environment: NodeJS.ProcessEnv,
): Promise<string[]> {
  const { ledger, history } = command ?? {};
  const lines: string[] = [];
  if (project.repository?.shallow && history !== undefined) {
    const { current, shallow } = (await project.read()).release;
    if (shallow && (history === "whole" || current === null)) throw shallowClone();
    if (shallow)
      lines.push(`This clone is shallow, so what came before its oldest commit is not known; ${UNSHALLOW}`);
  }
  // A workspace that a pipeline uses again holds what the team had the last time.
  const reuses = ledger === undefined && project.repository !== null && isPipeline(environment);
  if (ledger === "fetched" || reuses) {
    const { fetchRecord } = await import("../app/project/fetchFirst.ts");
    const offline = await fetchRecord(project);
    if (offline !== null) lines.push(offline);
  }
  return lines;
}

function atOf(values: ParsedCall["values"], now: () => Instant): Instant | null {
  const given = (["at", "at-time"] as const).filter((name) => values[name] !== undefined);
  if (given.length > 1)
    throw new HumanError("usage", "--at and --at-time say the same thing; give one of them.");
  const [name] = given;
  return name === undefined ? null : instantArgument(`--${name}`, values[name] as string, now);
}

/** For tests an instant in the environment stands for the machine's clock; what is written by it says so. */
function clockOf({ environment }: Terminal): { now: () => Instant; given: boolean } {
  const text = environment?.DROPCLOCK_CLOCK;
  if (!text) return { now: Date.now, given: false };
  const given = instantArgument("DROPCLOCK_CLOCK", text, Date.now);
  return { now: () => given, given: true };
}

function confirmer({ ask }: Terminal): Call["confirm"] {
  if (!ask) return null;
  return async (question) => /^\s*y(?:es)?\s*$/i.test(await ask(`${plainText(question)} [y/N] `));
}

function directoryOf(terminal: Terminal, wanted: string | undefined): string {
  const whole = wanted !== undefined && isAbsolute(wanted);
  const directory = whole ? resolve(wanted) : resolve(workingDirectory(terminal), wanted ?? "");
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new HumanError("usage", `-C “${plainText(wanted ?? "")}” is not a folder.`);
  return directory;
}

function workingDirectory(terminal: Terminal): string {
  try {
    return terminal.directory();
  } catch (cause) {
    throw new HumanError("usage", "The folder that this was started in is gone; go to one that is there.", {
      cause,
    });
  }
}

function report(terminal: Terminal, error: unknown): void {
  if (error instanceof HumanError) {
    complain(terminal, error.message);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  complain(
    terminal,
    `Something unexpected went wrong: ${plainText(message)} (DROPCLOCK_DEBUG=1 shows where; please report it)`,
  );
  if (terminal.debug && error instanceof Error) terminal.complain(`${error.stack}\n`);
}

/** What git says may have several lines; each is one of ours. */
function complain(terminal: Terminal, message: string): void {
  for (const line of message.split("\n")) {
    const text = plainText(line, 1000);
    if (text !== "") terminal.complain(`dropclock: ${text}\n`);
  }
}
