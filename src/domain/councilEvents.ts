import { all, type Check, optional, optionalText, text, texts } from "./eventChecks.ts";

/** What the data of the events of `commit/<sha>` must hold. */
export const COUNCIL_CHECKS: Readonly<Record<string, Check>> = {
  "approval-requested": all(optionalText("why"), optional("reasons", texts("reasons"))),
  approved: all(optionalText("why"), optional("reasons", texts("reasons"))),
  rejected: optionalText("why"),
  override: text("why"),
};
