import { spawn } from "node:child_process";
import type { Operator, OperatorCommand, UndoProgress } from "../app/undo/operator.ts";
import type { Call } from "./command.ts";

const MARKS: Record<UndoProgress["state"], string> = {
  running: "…",
  done: "done",
  failed: "failed",
  waiting: "waiting",
};

/** Who presses the button in a terminal, or in a pipeline. What commands print goes to stderr: stdout is the answer. */
export class UndoOperator implements Operator {
  readonly #call: Pick<Call, "tell" | "confirm">;
  readonly #verified: boolean;
  #cancelled = false;

  /** @param verified Somebody has said beforehand that what `verify` names is calm. */
  constructor(call: Pick<Call, "tell" | "confirm">, verified: boolean) {
    this.#call = call;
    this.#verified = verified;
  }

  /** Does the work; Ctrl+C meanwhile stops it after the step that is under way, a second one at once. */
  async whileListening<T>(work: () => Promise<T>): Promise<T> {
    const stop = () => {
      if (this.#cancelled) process.exit(130);
      this.#cancelled = true;
      this.#call.tell("Stopping after this step; press again to stop at once.");
    };
    process.on("SIGINT", stop);
    try {
      return await work();
    } finally {
      process.off("SIGINT", stop);
    }
  }

  run({ line, shell, cwd }: OperatorCommand): Promise<number | null> {
    const [program, ...args] = shell;
    const windows = process.platform === "win32";
    return new Promise((resolve) => {
      const child = spawn(program!, [...args, windows ? `"${line}"` : line], {
        cwd,
        stdio: ["ignore", 2, 2],
        windowsVerbatimArguments: windows,
      });
      child.on("error", () => resolve(null));
      child.on("close", (code) => resolve(code));
    });
  }

  async verify(signals: readonly string[]): Promise<"calm" | "later"> {
    if (this.#verified) return "calm";
    const calm = await this.#call.confirm?.(`Have you seen that this is calm: ${signals.join(", ")}?`);
    return calm ? "calm" : "later";
  }

  async token(): Promise<string | null> {
    return process.env.GITHUB_TOKEN || process.env.GH_TOKEN || null;
  }

  report({ step, index, of, state, words }: UndoProgress): void {
    const result = state === "running" ? "" : `: ${MARKS[state]}${words ? `, ${words}` : ""}`;
    this.#call.tell(`[${index + 1}/${of}] ${step.title}${result || " …"}`);
  }

  cancelled(): boolean {
    return this.#cancelled;
  }
}
