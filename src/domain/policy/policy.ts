import { counted } from "../text/counted.ts";
import { plainText } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import { type CalendarRule, SAMPLE_TARGETS, type Severity, type Targets } from "./terms.ts";

export const RISK_LEVELS = ["low", "medium", "high"] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** A rule that raises the risk of a drop; exactly one condition is given beside the level and the reason. */
export interface RiskRule {
  paths?: string[];
  /** Lines changed, at least. */
  lines?: number;
  /** Patterns on the keys of feature flags. */
  flags?: string[];
  /** Files that match `paths` without a change of their test within so many milliseconds. */
  untested?: { paths: string[]; tests: string[]; within: number };
  dependencies?: true;
  level: RiskLevel;
  because: string;
}

export interface Comparison {
  operator: ">" | ">=" | "<" | "<=" | "==" | "!=";
  value: number;
}

/** Names a secret; the secret itself is never in the repository. */
export interface SignalAuth {
  scheme: "bearer" | "basic";
  secret: string;
}

export interface Signal {
  name: string;
  impact: "user" | "infrastructure";
  source:
    | { kind: "prometheus"; url: string; query: string; auth?: SignalAuth }
    | { kind: "alertmanager"; url: string; matchers: string[]; auth?: SignalAuth };
  /** Null for a source that itself says whether it is breached. */
  breach: Comparison | null;
  for: number;
  every: number;
  noData: "calm" | "breach" | "error";
  errors: number;
  then: "notify" | "open" | "propose" | "rollback";
  severity: Severity;
}

export type RollbackStep =
  | { flags: string[] }
  | { revert: { push: boolean; pullRequest: boolean } }
  | { run: string }
  | { verify: string[] };

/** A policy with every default filled in. Durations are milliseconds. */
export interface Policy {
  service: string | null;
  drops: { tags: string[]; branch: string | string[] | null; adoption: number };
  targets: Targets;
  warnAt: number[];
  calendar: CalendarRule;
  updates: { every: number | null; channels: Channel[] };
  handover: Handover[];
  council: { members: string[]; quorum: number; from: RiskLevel; signed: boolean } | null;
  risk: RiskRule[];
  stages: { name: string; soak: number }[];
  signals: Signal[];
  flags: { file: string; metrics: Record<string, string> } | null;
  /** `steps: null` is the default: revert, with push and pull request where there is a remote. */
  rollback: { steps: RollbackStep[] | null; checks: string[]; keep: string[] };
  drills: { every: number | null };
  documents: { postmortems: string; runbooks: string; updates: string; changelog: string; public: string };
  /** Where the public pages can be read, with a slash at the end; null: not set. */
  publish: { url: string | null };
  /** Patterns on the first lines of commits to leave out; headings by commit type or by section name. */
  changelog: { skip: string[]; authors: boolean; sections: Record<string, string> };
  /** `share: false` never shares it. `remote`: the only remote that it may go to; null: the clone's own choice. */
  ledger: { share: boolean; remote: string | null; sync: number };
}

export const POLICY_PATH = ".dropclock/policy.yaml";

/** What is in force where there is no policy: the sample SLA. */
export const DEFAULT_POLICY: Policy = {
  service: null,
  drops: { tags: ["drop-*"], branch: null, adoption: 4 },
  targets: SAMPLE_TARGETS,
  warnAt: [0.5, 0.8],
  calendar: "always",
  updates: { every: 3_600_000, channels: [] },
  handover: [],
  council: null,
  risk: [],
  stages: [],
  signals: [],
  flags: null,
  rollback: {
    steps: null,
    checks: [],
    keep: [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"],
  },
  drills: { every: 90 * 86_400_000 },
  documents: {
    postmortems: "docs/postmortems",
    runbooks: "docs/runbooks",
    updates: "docs/updates",
    changelog: "CHANGELOG.md",
    public: "public/incidents",
  },
  publish: { url: null },
  changelog: {
    // Releases, and what bots write: dependency updates, refreshed pins, formatted files.
    skip: [
      "^release(\\([^)]*\\))?!?:",
      "^[Bb]umps? .+ from .+ to ",
      "^Update (dependency|module) .+ to v?\\d",
      "^\\[pre-commit\\.ci\\]",
    ],
    authors: false,
    sections: {},
  },
  ledger: { share: true, remote: null, sync: 15_000 },
};

/** A place in a text file. Lines and columns count from 1, as compilers print them; columns in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface PolicyProblem {
  /** One sentence: what is wrong and what to do. */
  message: string;
  place: Place;
  /** A fix, if there is an obvious one: replace `place` by `text`. */
  fix?: { title: string; place: Place; text: string };
}

/** The policy in force, and where it comes from. */
export interface PolicyInForce {
  policy: Policy;
  /**
   * `branch`: what is on the anchor branch. `last-good`: that is broken, and an earlier version counts. `work-tree`: the
   * branch has none yet, so this one counts for what people see and confirm. `defaults`: the sample SLA.
   */
  source: "branch" | "work-tree" | "defaults" | "last-good";
  /** Relative to the repository's root. */
  path: string;
  /** What is wrong with the version that ought to be in force. */
  problems: PolicyProblem[];
  /** When it, or its `drills`, reached the release branch; null: never. Left out: not looked up. */
  landedAt?: Instant | null;
  /** The anchor branch, by its short name; left out where there is none. */
  branch?: string;
  /** The commit of the anchor branch that it was read at. */
  commit?: string;
  /** The policy in the work tree if it differs; else left out. */
  draft?: PolicyDraft;
  /** Why nothing may be judged, sent or run by it, as a sentence; left out if it may. */
  doubt?: string;
}

/** A policy in the work tree that is not in force. */
export interface PolicyDraft {
  /** What is wrong with it. */
  problems: PolicyProblem[];
  /** What will change once it is on the anchor branch; empty while it has errors. */
  changes: PolicyChange[];
  /** Whether it is an earlier version of the branch's policy: then the work tree is behind. */
  outdated: boolean;
}

/** One value that differs between two policies. */
export interface PolicyChange {
  /** Such as `targets.critical.detect`, or `signals.checkout errors`. */
  path: string;
  /** As the policy writes it; null: it is not there. */
  before: string | null;
  after: string | null;
}

/** Whether the policy that ought to be in force cannot be used. */
export const isBroken = ({ problems }: Pick<PolicyInForce, "problems">) => problems.length > 0;

/** Whether it is on the branch, where nobody can change it alone: only then does anything act by itself or use a secret. */
export const isReleased = ({ source, doubt }: Pick<PolicyInForce, "source" | "doubt">) =>
  doubt === undefined && (source === "branch" || source === "last-good");

/** A place where a customer update can be sent. Secrets are named, never held. */
export type Channel = { name: string } & (
  | { kind: "slack"; secret: string }
  | { kind: "webhook"; url: string; secret: string | null; body: string | null; scheme?: string }
  | { kind: "github"; repository: string; issue: number; secret: string; api: string }
  | { kind: "clipboard" }
);

export type HandoverMoment = "opened" | "breached" | "undone";

/** Where a pager or a chat is told of what happened. */
export interface Handover {
  on: HandoverMoment[];
  channel: Extract<Channel, { kind: "webhook" | "slack" }>;
}

/** What a policy that is not in force yet would change: `3 changes, in force once they are on main`. */
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

/** Where the policy in force comes from. */
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
