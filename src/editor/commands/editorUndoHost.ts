import {
  authentication,
  type CancellationToken,
  CancellationTokenSource,
  Disposable,
  type LogOutputChannel,
  ProcessExecution,
  type Progress,
  ShellExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  window,
  workspace,
} from "vscode";
import { realTime } from "../../app/project/ticker.ts";
import type { UndoCommand, UndoHost, UndoProgress, Verdict } from "../../app/undo/undoHost.ts";
import { httpSources } from "../../app/updates/secretsInForce.ts";
import { waitUntilHealthy } from "../../app/watch/watchedSignal.ts";
import type { WatchFacts } from "../../domain/drop/watchPlan.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SignalSecrets } from "../model/signalSecrets.ts";
import { labelText, messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** What a run shows itself by. */
interface Stage {
  project: TrackedProject;
  tag: string;
  /** Whether it is a rehearsal. */
  rehearsed: boolean;
  /** Whether an incident is marked as mitigated once it is calm. */
  incident: boolean;
  progress: Progress<{ message?: string }>;
  stop: CancellationToken;
  log: LogOutputChannel;
  secrets: SignalSecrets;
}

/** Who presses the button in the editor. */
export class EditorUndoHost implements UndoHost {
  readonly #stage: Stage;
  /** The title of the newest command that was run, by which its terminal is found. */
  lastCommand: string | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async run(command: UndoCommand): Promise<number | null> {
    const { log, tag } = this.#stage;
    this.lastCommand = command.title;
    this.#show(command.title);
    log.info(`${tag}: ${plainText(command.title)}: ${plainText(command.line, 1000)}`);
    const code = await runTask(command);
    log.info(`${tag}: ${plainText(command.title)}: ${code === null ? "ended" : `exit status ${code}`}`);
    return code;
  }

  verify(signals: readonly string[], facts: WatchFacts): Promise<Verdict> {
    return verifyCalm(signals, { ...this.#stage, facts, show: (doing) => this.#show(doing) });
  }

  async token({ kind, host }: Parameters<UndoHost["token"]>[0]): Promise<string | null> {
    // The editor signs in to GitHub alone.
    return kind === "github" ? githubToken(host, this.#stage.stop) : null;
  }

  report({ step, index, of, state, words }: UndoProgress): void {
    const { log, tag } = this.#stage;
    const place = `${index + 1} of ${of}`;
    log.info(`${tag}: ${place}, ${step.title}: ${state}${words ? `, ${words}` : ""}`);
    if (state === "running") this.#show(`${place} · ${step.title}`);
  }

  cancelled(): boolean {
    return this.#stage.stop.isCancellationRequested;
  }

  /** Tells what is being done, in a few words. */
  show(doing: string): void {
    const { project, tag, rehearsed, progress } = this.#stage;
    const message = plainText(doing, 120);
    progress.report({ message });
    project.undo.set({ tag, rehearsed, doing: message });
  }

  // Whoever has cancelled waits for one thing only.
  #show(doing: string): void {
    if (!this.cancelled()) this.show(doing);
  }
}

/**
 * Runs a command as a task, in a terminal of its own that stays: in the person's environment, with its output on view.
 * The line is one argument of the shell, so nothing reads it twice.
 * @returns Its exit status; null where it was ended, or could not be started.
 */
export async function runTask(command: UndoCommand): Promise<number | null> {
  const execution = process.platform === "win32" ? byCmd(command) : byProgram(command);
  const name = messageText(command.title, 120);
  const task = new Task({ type: "process" }, TaskScope.Workspace, name, "Dropclock", execution, []);
  task.presentationOptions = {
    reveal: TaskRevealKind.Always,
    panel: TaskPanelKind.New,
    focus: false,
    clear: false,
    showReuseMessage: false,
  };
  const ended = endOf(task);
  try {
    const running = await tasks.executeTask(task);
    return await ended.of(running);
  } finally {
    ended.dispose();
  }
}

function byProgram({ line, shell, cwd }: UndoCommand): ProcessExecution {
  const [program, ...args] = shell;
  return new ProcessExecution(program!, [...args, line], { cwd });
}

/** The command processor of Windows reads its line as it stands, and takes off one pair of quotes around it. */
function byCmd({ line, shell, cwd }: UndoCommand): ShellExecution {
  const [executable, ...shellArgs] = shell;
  return new ShellExecution(`"${line}"`, { executable: executable!, shellArgs, cwd });
}

/** Listens before the task is started, since a short one may be over before the start is known. */
function endOf(task: Task) {
  const codes = new Map<unknown, number | null>();
  let tell = () => {};
  const take = (execution: unknown, code: number | null) => {
    if (!codes.has(execution)) codes.set(execution, code);
    tell();
  };
  const listener = Disposable.from(
    tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === task.name) take(execution, exitCode ?? null);
    }),
    // One whose process was never started ends all the same.
    tasks.onDidEndTask(({ execution }) => {
      if (execution.task.name === task.name) setTimeout(() => take(execution, null), LAST_WORD_MS);
    }),
  );
  return {
    of: (execution: unknown) =>
      new Promise<number | null>((resolve) => {
        tell = () => {
          if (codes.has(execution)) resolve(codes.get(execution)!);
        };
        tell();
      }),
    dispose: () => listener.dispose(),
  };
}

/** The end of a process is told beside the end of its task, in no order that is promised. */
const LAST_WORD_MS = 1000;

interface Calming {
  project: TrackedProject;
  secrets: SignalSecrets;
  facts: WatchFacts;
  /** Whether an incident is marked as mitigated once it is calm. */
  incident: boolean;
  stop: CancellationToken;
  show: (doing: string) => void;
}

/** The signals themselves say when it is calm; as soon as one cannot be read, a person may say so too. */
async function verifyCalm(names: readonly string[], calming: Calming): Promise<Verdict> {
  const { project, secrets, facts, incident, stop, show } = calming;
  const { policy } = await project.project.policy();
  const over = new AbortController();
  const question = new CancellationTokenSource();
  const cancelled = stop.onCancellationRequested(() => over.abort());
  let asked: Promise<Verdict> | null = null;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      const ask = () => {
        asked ??= askCalm(names, incident, question.token);
        asked.then(resolve, reject);
      };
      waitUntilHealthy(names, {
        policy,
        open: httpSources(project.project, secrets.read),
        facts,
        time: realTime,
        stop: over.signal,
        waiting: (name, { failures, why }) => {
          show(`waits for ${plainText(name, 40)}: ${why}`);
          if (failures > 0) ask();
        },
      }).then((calm) => {
        if (calm === "calm") resolve("calm");
        else if (calm === "stopped") resolve("later");
        else ask();
      }, reject);
    });
  } finally {
    over.abort();
    question.cancel();
    question.dispose();
    cancelled.dispose();
  }
}

/**
 * Whether it is calm, by a person's word: it stays on view while they look at their dashboards.
 * @param over Closes the question, where the answer has come from elsewhere.
 */
async function askCalm(
  signals: readonly string[],
  incident: boolean,
  over: CancellationToken,
): Promise<Verdict> {
  const names = signals.map((name) => labelText(name, 60)).join(", ");
  const items: { label: string; description: string; verdict: Verdict }[] = [
    {
      label: "$(pass) It Is Calm",
      description: incident ? "marks the incident as mitigated" : "the undo is done",
      verdict: "calm",
    },
    {
      label: "$(error) It Is Not",
      description: "the undo stops here until you continue it",
      verdict: "unsettled",
    },
    {
      label: "$(clock) I Cannot Say Yet",
      description: "all else is done; continue from the sidebar later",
      verdict: "later",
    },
  ];
  const options = {
    title: `Is it calm? ${names}`,
    placeHolder: "Merged is not yet deployed: look at what people see, then say so.",
    ignoreFocusOut: true,
  };
  const picked = await window.showQuickPick(items, options, over);
  return picked?.verdict ?? "later";
}

/** What opening a pull request takes, private repositories included; GitHub knows nothing less that would do. */
const SCOPES = ["repo"];

const WHY = {
  detail: "To open the pull request of the undo. Without it you get a link, and open it yourself.",
};

/**
 * A token of VS Code's own sign-in, because a person has pressed the button. Null: they would rather not, or there is
 * no sign-in for this host; then a link does as well.
 */
async function githubToken(host: string, stop: CancellationToken): Promise<string | null> {
  const provider = providerOf(host);
  if (provider === null) return null;
  const session = authentication.getSession(provider, SCOPES, { createIfNone: WHY }).then(
    ({ accessToken }) => accessToken,
    () => null,
  );
  const stopped = new Promise<null>((resolve) => stop.onCancellationRequested(() => resolve(null)));
  return Promise.race([session, stopped]);
}

/** An enterprise server is signed in to by a provider of its own, which knows one address. */
function providerOf(host: string): string | null {
  if (host === "github.com") return "github";
  const uri = workspace.getConfiguration("github-enterprise").get<string>("uri") ?? "";
  return URL.canParse(uri) && new URL(uri).hostname === host ? "github-enterprise" : null;
}
