import { plainText } from "../text/plainText.ts";
import { counted } from "../wording.ts";
import type { PolicyChange, PolicyDraft, PolicyInForce } from "./policy.ts";

/** What the policy at hand means where it is not in force: `3 changes, in force once they are on main`. */
export function draftWords({ problems, changes, outdated }: PolicyDraft, branch: string | undefined): string {
  const there = branch === undefined ? "the release branch" : plainText(branch, 60);
  if (outdated) return `an earlier version in this work tree; ${there} has a newer one`;
  if (problems.length > 0)
    return `${counted(problems.length, "error")} in this work tree; ${there} is in force`;
  return `${counted(changes.length, "change")}, in force once ${changes.length === 1 ? "it is" : "they are"} on ${there}`;
}

/** `targets.critical.mitigate: 2h → 15m`, as one inert line. */
export function changeWords({ path, before, after }: PolicyChange): string {
  const [left, right] = [before, after].map((value) => (value === null ? "nothing" : plainText(value, 100)));
  return `${plainText(path, 100)}: ${left} → ${right}`;
}

/** From where the policy in force is. */
export function sourceWords({ source, branch, path }: PolicyInForce): string {
  const there = branch === undefined ? "the release branch" : plainText(branch, 60);
  switch (source) {
    case "branch":
      return `${path} on ${there}`;
    case "last-good":
      return `the last good version on ${there}`;
    case "work-tree":
      return branch === undefined ? path : `${path} in this work tree; ${there} has none yet`;
    case "defaults":
      return "the sample SLA";
  }
}
