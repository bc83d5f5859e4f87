import * as z from "zod";
import { DURATION_PATTERN } from "../time/duration.ts";
import type { Policy, Signal } from "./policy.ts";

// What editors say in place of "does not match the pattern".
const saying = (expected: string) => ({ patternErrorMessage: `This must be ${expected}.` });

// The error of every part says what was expected there; `schemaFaults` makes the sentence around it.

export const DURATION_EXPECTED = "a duration such as 30m, 2h, 1h30m, 3d or PT30M";

export function duration() {
  return z
    .string({ error: DURATION_EXPECTED })
    .regex(new RegExp(DURATION_PATTERN), { error: DURATION_EXPECTED })
    .meta(saying(DURATION_EXPECTED));
}

export function durationOrNull(meaningOfNull: string) {
  const error = `${DURATION_EXPECTED}, or null for ${meaningOfNull}`;
  return z.string({ error }).regex(new RegExp(DURATION_PATTERN), { error }).meta(saying(error)).nullable();
}

// Control characters, and those that turn the reading direction or cannot be seen.
const INVISIBLE = "\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff";

const NAME_EXPECTED = "a text of one line, at most 100 characters, that does not start with a hyphen";

/** A name that people see, and that may become an argument: it must never be read as an option. */
export function name(error: string = NAME_EXPECTED) {
  return z
    .string({ error })
    .regex(new RegExp(`^[^\\s${INVISIBLE}-](?:[^${INVISIBLE}]{0,98}[^\\s${INVISIBLE}])?$`), { error })
    .meta(saying(error));
}

/** Any text that is not blank. */
export function text(error: string, longest = 2000) {
  return z
    .string({ error })
    .regex(/\S/, { error })
    .max(longest, { error: `${error}, at most ${longest} characters long` });
}

/** A text of one line: a path, a pattern, the name of a branch. */
export function line(error: string, longest = 200) {
  return z
    .string({ error })
    .regex(new RegExp(`^[^${INVISIBLE}]{1,${longest}}$`), { error })
    .meta(saying(error));
}

export const SECRET_EXPECTED = "the name of a secret such as prometheus, never the secret itself";

/** Lower case, so that it has one spelling as an environment variable. */
export function secretName() {
  return line(SECRET_EXPECTED, 60).regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, { error: SECRET_EXPECTED });
}

export function wholeNumber(least: number, most: number, what = "a whole number") {
  const error = `${what} from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

export function yesOrNo() {
  return z.boolean({ error: "true or false" });
}

export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `one of ${words.join(", ")}` });
}

export function section<T extends z.core.$ZodLooseShape>(shape: T, error: string) {
  return z.strictObject(shape, { error });
}

/** One value, or a list of them. */
export function oneOrMore<T extends z.core.SomeType>(entry: T, error: string) {
  return z.union([entry, list(entry, error, 1)], { error });
}

export function list<T extends z.core.SomeType>(entry: T, error: string, least = 0) {
  return z.array(entry, { error }).min(least, { error: `${error}, with at least one entry` });
}

/** The defaults of list entries. Those of the sections are in DEFAULT_POLICY. */
export const STAGE_DEFAULTS: Omit<Policy["stages"][number], "name"> = { soak: 0 };

export const COUNCIL_DEFAULTS: Omit<NonNullable<Policy["council"]>, "members"> = {
  /** Fewer if the council itself is smaller. */
  quorum: 2,
  from: "high",
  signed: false,
};

/** A revert that only this machine has undoes nothing, so it is shared unless the policy says otherwise. */
export const REVERT_DEFAULTS = { push: true, pullRequest: true };

export const GITHUB_API = "https://api.github.com";

/** Two weeks: two weekly drops. What most languages call their tests. */
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
  // The strictest clocks until someone lowers the severity.
  severity: "critical",
};

/** By source. An alert has already held before it fires, and no alert firing is an empty answer that means calm. */
export const SIGNAL_DEFAULTS_OF: Record<Signal["source"]["kind"], SignalDefaults> = {
  prometheus: SIGNAL_DEFAULTS,
  alertmanager: { ...SIGNAL_DEFAULTS, for: 0, noData: "calm" },
};
