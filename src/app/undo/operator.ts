import type { ShellCommand } from "./shellCommand.ts";
import type { PlannedStep } from "./undoPlan.ts";

/** What is happening, for whoever looks on. */
export interface UndoProgress {
  step: PlannedStep;
  /** Counts from 0. */
  index: number;
  of: number;
  state: "running" | "done" | "failed" | "waiting";
  /** One line: what came of it, or what it waits for. */
  words: string | null;
}

/** A command that is to run where the person sees its output, and can see it later. */
export interface OperatorCommand extends ShellCommand {
  /** A few words for a title. */
  title: string;
  /** Absolute. */
  cwd: string;
}

/** `unsettled`: it was looked at, and it is not calm. `later`: nobody was there to say. */
export type Verdict = "calm" | "unsettled" | "later";

/** Who presses the button: all that differs between the editor and the command line. */
export interface Operator {
  /** Runs a command to its end. Null: it was ended, or it could not be started. */
  run(command: OperatorCommand): Promise<number | null>;
  /** Waits until these signals are calm; where nothing reads them, a person says so. */
  verify(signals: readonly string[]): Promise<Verdict>;
  /** A token for a host that pull requests are opened at; null: there is none, so a link is given instead. */
  token(host: string): Promise<string | null>;
  report(progress: UndoProgress): void;
  /** Asked before each step. */
  cancelled(): boolean;
}
