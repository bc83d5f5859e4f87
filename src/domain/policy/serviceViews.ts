import type { Policy, PolicyInForce } from "./policy.ts";

/** The services of a policy, in its order; none where it has but one. */
export const servicesOf = ({ services }: Pick<Policy, "services">): string[] => Object.keys(services ?? {});

/** The policy of one service as it is in force; the very same object for the same policy. */
export function inForceFor(inForce: PolicyInForce, service: string): PolicyInForce | null {
  const { services } = inForce.policy;
  if (!services || !Object.hasOwn(services, service)) return null;
  const known = views.get(inForce) ?? new Map<string, PolicyInForce>();
  views.set(inForce, known);
  const view = known.get(service) ?? { ...inForce, policy: services[service]! };
  known.set(service, view);
  return view;
}

const views = new WeakMap<PolicyInForce, Map<string, PolicyInForce>>();
