import { hasPolicyFile } from "../policyInForce.ts";
import type { Scene } from "./row.ts";

/** Whether the project has anything to do with drops. */
export function hasContent({ status, project }: Scene): boolean {
  const skipped = project.reading?.ledger.skipped.length ?? 0;
  const events = status.open.length + status.past.count + skipped;
  const { policy } = status;
  const isKnown = hasPolicyFile(policy) || policy.doubt !== undefined;
  return isKnown || status.drop !== null || events > 0 || project.error !== null;
}
