import type { PolicyInForce } from "../domain/policy.ts";

/** What everybody must be told while the policy is broken: where, and what is in force instead. */
export function policyComplaints(policy: PolicyInForce): string[] {
  const lines = policy.problems.map(
    ({ message, place }) => `${policy.path}:${place.line}:${place.column}: ${message}`,
  );
  if (policy.source === "last-good") lines.push("The policy is broken, so the last good one stays in force.");
  if (policy.source === "defaults" && lines.length > 0)
    lines.push("The policy is broken and no earlier one was in order, so the sample SLA is in force.");
  return lines;
}

/** Whether the policy on file cannot be used. */
export const isBroken = ({ source, problems }: PolicyInForce) => source !== "file" && problems.length > 0;
