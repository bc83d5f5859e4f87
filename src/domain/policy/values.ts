import { policyLeaves } from "./difference.ts";
import type { Policy } from "./policy.ts";
import { readSource } from "./source.ts";

/** Where a value in force comes from. */
type Origin = "service" | "policy" | "default";

/** One value in force. */
interface PolicyValue {
  /** Such as `targets.critical.detect`. */
  path: string;
  /** As the policy writes it. */
  value: string;
  from: Origin;
}

/**
 * What is in force, value by value, and who says so: the service itself, the policy around it, or nobody.
 * @param text What the policy was read from.
 */
export function policyValues(policy: Policy, text: string): PolicyValue[] {
  const root = readSource(text).root?.value;
  const own = policy.scope && at(at(root, "services"), policy.scope.service);
  const { scope, services: _, ...values } = policy;
  const paths = scope ? [{ path: "paths", value: scope.paths.join(", "), from: "service" as const }] : [];
  return [
    ...paths,
    ...policyLeaves(values).map(({ path, value }) => ({
      path,
      value,
      from: originOf(path, own, root, policy),
    })),
  ];
}

function originOf(path: string, own: unknown, root: unknown, { scope }: Policy): Origin {
  // The one key that means something else than it says: null shares with nobody.
  const steps = (path === "ledger.share" ? "ledger.remote" : path).split(".");
  if (isWritten(own, steps)) return "service";
  // These two are never one for several services.
  const apart = ["service", "documents.changelog", "documents.public"];
  return !(scope && apart.includes(path)) && isWritten(root, steps) ? "policy" : "default";
}

/** Whether a map has what a path leads to, or a value that holds it. */
function isWritten(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value !== undefined;
  return Object.hasOwn(value, step) && isWritten(at(value, step), rest);
}

const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
