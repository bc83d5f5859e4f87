import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { realTime } from "../../app/project/ticker.ts";
import { tokenFor } from "../../app/undo/forge.ts";
import type { UndoCommand, UndoHost, UndoProgress, Verdict } from "../../app/undo/undoHost.ts";
import { waitUntilHealthy } from "../../app/watch/watchedSignal.ts";
import type { WatchFacts } from "../../domain/drop/watchPlan.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import { withoutRunCommands } from "../call/output.ts";
import { pipelineOf } from "../call/pipeline.ts";

export interface TerminalUndoHostOptions {
  tell: (line: string) => void;
  policy: Policy;
  open: SourceOpener;
  stop: AbortSignal;
}

/** Line by line, so that nothing is obeyed because it came in two pieces. */
function passOn(output: Readable): void {
  createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
    process.stderr.write(`${withoutRunCommands(line)}\n`);
  });
}

/** Who presses the button on the command line, or where a signal does: the signals themselves say when it is calm. */
export class TerminalUndoHost implements UndoHost {
  readonly #options: TerminalUndoHostOptions;

  constructor(options: TerminalUndoHostOptions) {
    this.#options = options;
  }

  run({ line, shell, cwd }: UndoCommand): Promise<number | null> {
    const [program, ...args] = shell;
    const windows = process.platform === "win32";
    // In a pipeline, what they print is read for commands of the run.
    const out = pipelineOf(process.env) === null ? 2 : "pipe";
    return new Promise((resolve) => {
      const child = spawn(program!, [...args, windows ? `"${line}"` : line], {
        cwd,
        // What commands print goes to stderr: stdout is the answer.
        stdio: ["ignore", out, out],
        windowsVerbatimArguments: windows,
      });
      for (const stream of [child.stdout, child.stderr]) if (stream) passOn(stream);
      child.on("error", () => resolve(null));
      child.on("close", (code) => resolve(code));
    });
  }

  async verify(names: readonly string[], facts: WatchFacts): Promise<Verdict> {
    const { policy, open, stop, tell } = this.#options;
    const waiting = (name: string, { why }: Evaluation) => tell(`waiting for ${plainText(name, 60)}: ${why}`);
    const calm = await waitUntilHealthy(names, { policy, open, facts, time: realTime, stop, waiting });
    // What cannot be read says nothing: then it is for somebody to say.
    return calm === "stopped" || calm === "unreadable" ? "later" : calm;
  }

  async token(forge: Parameters<UndoHost["token"]>[0]): Promise<string | null> {
    return tokenFor(forge, process.env);
  }

  report({ step, index, of, state, words }: UndoProgress): void {
    const result = state === "running" ? " …" : `: ${state}${words ? `, ${words}` : ""}`;
    this.#options.tell(`[${index + 1}/${of}] ${step.title}${result}`);
  }

  cancelled(): boolean {
    return this.#options.stop.aborted;
  }
}

/** A signal that the first Ctrl+C, or a pipeline's wish to end, gives; a second one ends the process at once. */
export async function whileInterruptible<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    return await work(stop);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}
