import { POLICY_PATH, type PolicyInForce } from "../domain/policy/policy.ts";

/** Whether there is a policy file, in order or not. */
export const hasPolicyFile = ({ source, problems }: PolicyInForce) =>
  source !== "defaults" || problems.length > 0;

/** Whether the file cannot be used, so that something else is in force. */
export const isBroken = ({ source, problems }: PolicyInForce) => source !== "file" && problems.length > 0;

/** `3 errors · last good one in force`: a broken policy never takes the clock away, and every surface says so. */
export function whatIsInForce(policy: PolicyInForce): string {
  const { source, problems } = policy;
  if (isBroken(policy)) {
    const errors = `${problems.length} error${problems.length === 1 ? "" : "s"}`;
    return `${errors} · ${source === "last-good" ? "last good one" : "sample SLA"} in force`;
  }
  return source === "file" ? POLICY_PATH : "sample SLA, no file yet";
}
