import { POLICY_PATH, type Policy } from "../domain/policy/policy.ts";
import { readFileAt } from "../git/history.ts";
import type { Repository } from "../git/repository.ts";

/** The policy as a commit holds it: `missing` where it has none, null where that is broken. */
export async function policyAt(repository: Repository, commit: string): Promise<Policy | "missing" | null> {
  const text = await readFileAt(repository, commit, POLICY_PATH);
  if (text === null) return "missing";
  const { readPolicy } = await import("../domain/policy/readPolicy.ts");
  return readPolicy(text).policy;
}
