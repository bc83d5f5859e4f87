import type { Policy, Signal } from "./policy.ts";

/** What an entry of a list means where it leaves a key out. The defaults of the sections are in DEFAULT_POLICY. */
export const STAGE_DEFAULTS: Omit<Policy["stages"][number], "name"> = { soak: 0 };

export const COUNCIL_DEFAULTS: Omit<NonNullable<Policy["council"]>, "members"> = {
  /** Fewer where the council itself is smaller. */
  quorum: 2,
  from: "high",
  signed: false,
};

/** A revert that nobody else sees undoes nothing, so it is shared unless the policy says otherwise. */
export const REVERT_DEFAULTS = { push: true, pullRequest: true };

export const GITHUB_API = "https://api.github.com";

/** A fortnight: two weekly drops. What most languages call their tests. */
export const UNTESTED_DEFAULTS = {
  tests: ["test/**", "tests/**", "**/__tests__/**", "**/*.{test,spec}.*", "**/*_test.*", "**/test_*"],
  within: 14 * 86_400_000,
} as const;

type SignalDefaults = Omit<Signal, "name" | "source" | "breach">;

const SIGNAL_DEFAULTS: SignalDefaults = {
  impact: "user",
  for: 5 * 60_000,
  every: 15_000,
  noData: "error",
  errors: 4,
  // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
  then: "notify",
  // The strictest clock until somebody says that it is not so bad.
  severity: "critical",
};

/** By source. An alert has already held before it fires, and no alert firing is an empty answer that means calm. */
export const SIGNAL_DEFAULTS_OF: Record<Signal["source"]["kind"], SignalDefaults> = {
  prometheus: SIGNAL_DEFAULTS,
  alertmanager: { ...SIGNAL_DEFAULTS, for: 0, noData: "calm" },
};
