import type { Draft, Reading } from "../../../src/app/project/project.ts";
import { notShared } from "../../../src/app/project/sharing.ts";
import type { WatchProject } from "../../../src/app/watch/watchRecord.ts";
import { foldRelease, type ReleaseFacts } from "../../../src/domain/drop/release.ts";
import type { StoredEvent } from "../../../src/domain/event/event.ts";
import { DEFAULT_POLICY, type Policy, type Signal } from "../../../src/domain/policy/policy.ts";
import { formatInstant, type Instant } from "../../../src/domain/time/instant.ts";
import { newEventId } from "../../../src/ledger/eventId.ts";
import { linearHistory } from "../git/linearHistory.ts";
import { MemoryLedger, MemoryStore } from "../record/memoryLedger.ts";

export const SAMPLE_SIGNAL: Signal = {
  name: "checkout errors",
  impact: "user",
  source: { kind: "prometheus", url: "http://prometheus:9090", query: "errors" },
  breach: { operator: ">", value: 0.02 },
  for: 60_000,
  every: 15_000,
  noData: "error",
  errors: 3,
  // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
  then: "open",
  severity: "critical",
};

export const signalThat = (does: Signal["then"], over: Partial<Signal> = {}): Signal => ({
  ...SAMPLE_SIGNAL,
  // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
  then: does,
  ...over,
});

/** A project whose ledger is in memory, with one drop; several may share the store, as clones of one machine do. */
export class WatchedProject implements WatchProject {
  readonly now: () => Instant;
  readonly #ledger: MemoryLedger;
  readonly #by: string;
  policy: Policy;
  tags: Parameters<typeof linearHistory>[0];
  appends = 0;
  syncs = 0;

  constructor(
    now: () => Instant,
    {
      signals,
      store = new MemoryStore(),
      by = "Ana <ana@example.com>",
      shippedAt = now(),
    }: {
      signals: Signal[];
      store?: MemoryStore;
      by?: string;
      shippedAt?: Instant;
    },
  ) {
    this.now = now;
    this.#ledger = new MemoryLedger({ store });
    this.#by = by;
    this.policy = { ...DEFAULT_POLICY, signals };
    this.tags = [{ name: "drop-42", commit: "b".repeat(40), date: shippedAt }];
  }

  async read(): Promise<Reading> {
    const ledger = await this.#ledger.read();
    const facts: ReleaseFacts = {
      policy: { policy: this.policy, source: "branch", path: ".dropclock/policy.yaml", problems: [] },
      ...linearHistory(this.tags),
      events: ledger.events,
    };
    return {
      facts,
      release: foldRelease(facts),
      anchor: null,
      ledger,
      standing: notShared(null),
      rewritten: [],
      uncounted: new Set(),
      unverified: null,
      commits: 1,
    };
  }

  async append(drafts: readonly Draft[]): Promise<StoredEvent[]> {
    this.appends += 1;
    const now = this.now();
    const events = drafts.map(
      ({ subject, type, at, data = {} }): StoredEvent => ({
        v: 1,
        id: newEventId(now),
        subject,
        type,
        at: formatInstant(at ?? now),
        recorded: formatInstant(now),
        by: this.#by,
        data,
      }),
    );
    await this.#ledger.append(events);
    return events;
  }

  async author(): Promise<string> {
    return this.#by;
  }

  async sync() {
    this.syncs += 1;
    return { state: "none", reason: null, fetched: 0, pushed: 0, united: false, rewound: false } as const;
  }
}
