import { HumanError } from "../domain/text/humanError.ts";

/** What the exit status says to a pipeline. */
export const EXIT = { fine: 0, no: 1, wrong: 2, failed: 3 } as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The one place that turns an error into an exit status. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof HumanError)) return EXIT.failed;
  switch (error.kind) {
    case "refused":
      return EXIT.no;
    case "usage":
      return EXIT.wrong;
    case "service":
      return EXIT.failed;
  }
}
