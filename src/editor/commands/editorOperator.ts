import type { CancellationToken, LogOutputChannel, Progress } from "vscode";
import type { Operator, OperatorCommand, UndoProgress, Verdict } from "../../app/undo/operator.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SignalSecrets } from "../model/signalSecrets.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { githubToken } from "../undo/githubToken.ts";
import { runTask } from "../undo/runTask.ts";
import { verifyCalm } from "../undo/verifyCalm.ts";

/** What a run shows itself by. */
export interface Stage {
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
export class EditorOperator implements Operator {
  readonly #stage: Stage;
  /** The title of the newest command that was run, by which its terminal is found. */
  lastCommand: string | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async run(command: OperatorCommand): Promise<number | null> {
    const { log, tag } = this.#stage;
    this.lastCommand = command.title;
    this.#show(command.title);
    log.info(`${tag}: ${plainText(command.title)}: ${plainText(command.line, 1000)}`);
    const code = await runTask(command);
    log.info(`${tag}: ${plainText(command.title)}: ${code === null ? "ended" : `exit status ${code}`}`);
    return code;
  }

  verify(signals: readonly string[]): Promise<Verdict> {
    return verifyCalm(signals, { ...this.#stage, show: (doing) => this.#show(doing) });
  }

  token(host: string): Promise<string | null> {
    return githubToken(host, this.#stage.stop);
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
