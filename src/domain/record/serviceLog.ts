import type { EventLog, LedgerEvent, SettledSubject } from "../event/event.ts";
import type { Policy } from "../policy/policy.ts";
import { type NameMatcher, nameMatcher } from "../text/tagNames.ts";

const NONE: readonly LedgerEvent[] = [];

/** What is on record, by the services that it counts for. */
type Partition = ReadonlyMap<string, EventLog>;

const known = new WeakMap<EventLog, { policy: object; partition: Partition }>();

/**
 * What counts for one of several services: its incidents, the events of its own tags, and what its council said. One pass
 * over the record for all services.
 */
export function serviceLog(log: EventLog, policy: Pick<Policy, "services">, service: string): EventLog {
  const last = known.get(log);
  const partition = last?.policy === policy ? last.partition : divided(log, policy);
  known.set(log, { policy, partition });
  return partition.get(service)!;
}

/**
 * The service of an incident: the one that it was opened for, else that of its drop. Null: nobody has said, as of one that
 * is older than the services.
 */
export function serviceOfIncident(
  events: readonly LedgerEvent[],
  policy: Pick<Policy, "services">,
): string | null {
  const opened = events.find(({ type }) => type === "opened");
  if (!opened) return null;
  const { service, drop } = opened.data;
  if (typeof service === "string") return service;
  return typeof drop === "string" ? (servicesOfTag(policy, drop)[0] ?? null) : null;
}

function divided(log: EventLog, policy: Pick<Policy, "services">): Partition {
  const parts = new Map(Object.keys(policy.services ?? {}).map((service) => [service, new ServicePart(log)]));
  for (const [subject, events] of log.live()) {
    if (subject.startsWith("incident/")) {
      parts
        .get(serviceOfIncident(events, policy) ?? "")
        ?.live()
        .set(subject, events);
    } else if (subject.startsWith("drop/")) {
      for (const service of servicesOfTag(policy, subject.slice("drop/".length))) {
        const own = events.filter(({ data }) => data.service === undefined || data.service === service);
        if (own.length > 0) parts.get(service)!.live().set(subject, own);
      }
    } else {
      // Two services may ship one commit, and a council speaks of one of them.
      for (const [service, part] of parts) {
        const own = events.filter(({ data }) => data.service === service);
        if (own.length > 0) part.live().set(subject, own);
      }
    }
  }
  for (const settled of log.settled())
    parts
      .get(serviceOfIncident(log.of(settled.subject), policy) ?? "")
      ?.settled()
      .push(settled);
  return parts;
}

/** The part of a log that one service has. */
class ServicePart implements EventLog {
  readonly #log: EventLog;
  readonly #live = new Map<string, readonly LedgerEvent[]>();
  readonly #settled: SettledSubject[] = [];
  #over: ReadonlySet<string> | null = null;

  constructor(log: EventLog) {
    this.#log = log;
  }

  get size(): number {
    return this.all().length;
  }

  live(): Map<string, readonly LedgerEvent[]> {
    return this.#live;
  }

  settled(): SettledSubject[] {
    return this.#settled;
  }

  of(subject: string): readonly LedgerEvent[] {
    this.#over ??= new Set(this.#settled.map((each) => each.subject));
    return this.#live.get(subject) ?? (this.#over.has(subject) ? this.#log.of(subject) : NONE);
  }

  has(subject: string): boolean {
    return this.of(subject).length > 0;
  }

  all(): readonly LedgerEvent[] {
    const over = this.#settled.map(({ subject }) => this.#log.of(subject));
    return [...this.#live.values(), ...over].flat();
  }
}

/** The services whose tags match a name: one, unless the policy cannot tell. */
export function servicesOfTag({ services }: Pick<Policy, "services">, tag: string): string[] {
  if (!services) return [];
  let known = matchers.get(services);
  if (!known) {
    known = Object.entries(services).map(([key, { drops }]) => [key, nameMatcher(drops.tags)] as const);
    matchers.set(services, known);
  }
  return known.filter(([, isDrop]) => isDrop(tag)).map(([key]) => key);
}

const matchers = new WeakMap<object, (readonly [string, NameMatcher])[]>();
