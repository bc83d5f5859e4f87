/** What went wrong, as the exit status of the command line tells it. */
type ErrorKind = "refused" | "usage" | "service";

/**
 * An error meant for a person: one sentence with the place and the way out. Raised low, shown once, at the boundary
 * of a command. `usage`: the call or the policy is wrong (exit 2); `service`: git or a service failed (exit 3);
 * `refused`: the answer is no (exit 1).
 */
export class HumanError extends Error {
  override readonly name = "HumanError";
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** For `catch`, where what cannot be read is as good as not there; whatever else went wrong is thrown again. */
export function onlyHuman(error: unknown): null {
  if (error instanceof HumanError) return null;
  throw error;
}
