import { isBroken, type PolicyInForce } from "../domain/policy/policy.ts";
import { draftWords, sourceWords } from "../domain/policy/policyWords.ts";
import { counted } from "../domain/wording.ts";

/** Whether there is a policy, in order or not, on the branch or at hand. */
export const hasPolicyFile = ({ source, problems, draft }: PolicyInForce) =>
  source !== "defaults" || problems.length > 0 || draft !== undefined;

/** `3 errors · last good one in force`: a broken policy never takes the clock away, and every surface says so. */
export function whatIsInForce(policy: PolicyInForce): string {
  const { source, problems, draft, branch, doubt } = policy;
  if (isBroken(policy)) {
    const instead = {
      branch: "",
      "work-tree": "an earlier one",
      "last-good": "last good one",
      defaults: "sample SLA",
    };
    return `${counted(problems.length, "error")} · ${instead[source]} in force`;
  }
  if (doubt !== undefined) return "not known · sample SLA in force";
  if (draft) return draftWords(draft, branch);
  return source === "defaults" ? "sample SLA, no file yet" : sourceWords(policy);
}
