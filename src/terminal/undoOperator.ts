import type { Verdict } from "../app/undo/operator.ts";
import { TerminalOperator, type TerminalOperatorOptions } from "./commands/terminalOperator.ts";

/** Who presses the button in a terminal or a pipeline, and may have seen with their own eyes that it is calm. */
export class UndoOperator extends TerminalOperator {
  readonly #verified: boolean;

  constructor(options: TerminalOperatorOptions & { verified: boolean }) {
    super(options);
    this.#verified = options.verified;
  }

  override async verify(names: readonly string[]): Promise<Verdict> {
    return this.#verified ? "calm" : super.verify(names);
  }
}
