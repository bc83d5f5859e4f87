import { HumanError } from "../../domain/text/humanError.ts";

/** A button beside an error that leads out of it. */
export interface WayOut {
  title: string;
  command: string;
  argument?: unknown;
}

/** An error whose way out is one press away. */
export class MendableError extends HumanError {
  readonly wayOut: WayOut;

  constructor(message: string, wayOut: WayOut) {
    super("refused", message);
    this.wayOut = wayOut;
  }
}
