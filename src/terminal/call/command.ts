import type { Project } from "../../app/project/project.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Page } from "../text/page.ts";

export interface Option {
  help: string;
  /** The placeholder of its value; left out: a switch. */
  value?: string;
  required?: true;
}

type Options = Readonly<Record<string, Option>>;

type Values<O extends Options> = {
  [K in keyof O]: O[K] extends { value: string }
    ? O[K] extends { required: true }
      ? string
      : string | undefined
    : boolean;
};

/** A command line that has been read: what a command gets. */
export interface Call<O extends Options = Options> {
  /** As many as the command's `args` ask for. */
  args: readonly string[];
  values: Values<O>;
  /** Where it runs: the working directory, or what `-C` says. Absolute. */
  directory: string;
  /** The instant that counts as now. */
  now: () => Instant;
  environment: NodeJS.ProcessEnv;
  /** Of this program. */
  version: string;
  /** What comes in on stdin, to its end. */
  input: () => Promise<string>;
  /** Says something on stderr while the command goes on. */
  tell: (line: string) => void;
  /** Opened on first use; what needs no project does not wait for one. */
  project: () => Promise<Project>;
  page: Page;
  /** Shows something before the answer: to people only, on stdout. */
  show: (text: string) => void;
  /** Asks a person for yes or no; null where nobody is there to answer, or only one document is wanted. */
  confirm: ((question: string) => Promise<boolean>) | null;
}

/** What a command answers, for pipelines and for people. Only one of the two is printed. */
export interface Answer {
  json: unknown;
  text: (page: Page) => string;
  /** Commands for the pipeline that this runs in, around the text; what people wrote is escaped in them. */
  marks?: { before: readonly string[]; after: readonly string[] };
  /** Why the exit status is not 0, a sentence each, for the outputs of a pipeline's step. */
  reasons?: readonly string[];
  /** Markdown for the page of the pipeline's run. */
  summary?: string;
  /** Lines for stderr: what people should know although there is an answer. */
  complaints?: readonly string[];
  exit?: ExitStatus;
}

export interface Command<O extends Options = Options> {
  /** One word or two. */
  name: string;
  summary: string;
  /** As the usage line shows them: `ID MILESTONE`, `[TAG]`; a last one with `…` takes all that follow. */
  args?: string;
  options?: O;
  /** Further lines of its help. */
  details?: readonly string[];
  /**
   * What `--at` means to it. Left out: it looks back to then, and writes nothing. `happened`: what it enters happened
   * then. `refused`: it is about this moment.
   */
  at?: "happened" | "refused";
  /**
   * What of the team's ledger it needs. Left out: what was fetched before will do, except in a pipeline. `fetched`: it
   * is brought up to date first. `own`: it sees to that itself. `optional`: it goes on without one.
   */
  ledger?: "fetched" | "own" | "optional";
  /**
   * What of the history it needs, which a shallow clone may lack. Left out: what is there will do. `drop`: at least one
   * drop. `whole`: all of it.
   */
  history?: "drop" | "whole";
  /**
   * Which of several services it is about. Left out: one, and it is asked which where nothing tells. `all`: of each,
   * unless one is chosen. `none`: of the repository. `own`: it sees to that itself.
   */
  services?: "all" | "none" | "own";
  /** It only looks, and is asked often: it goes by what an earlier run was told of the same commits. */
  remembers?: true;
  /** What it does, or finds, a pager may have to be told of. */
  handsOver?: true;
  /** Its answer is what is wrong with the policy, so that nobody need be told of it beside. */
  judgesPolicy?: true;
  /** Its answer names newer tags that no release branch holds, so that nobody need be told of them beside. */
  tellsUnheld?: true;
  run(call: Call<O>): Promise<Answer>;
}

/** Lets a command's options decide the types of its values; the table of commands need not know them. */
export function command<const O extends Options = Record<never, never>>(spec: Command<O>): Command {
  const whole = spec.at === "happened" ? { ...spec, options: { ...spec.options, ...AT_TIME } } : spec;
  return whole as unknown as Command;
}

const AT_TIME = {
  "at-time": { value: "I", help: "when it happened, the same as --at; default: now" },
} as const satisfies Options;

/** What the exit status says to a pipeline. */
export const EXIT = { fine: 0, no: 1, wrong: 2, failed: 3 } as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The one place that turns an error into an exit status. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof HumanError)) return EXIT.failed;
  switch (error.kind) {
    case "refused":
      return EXIT.no;
    case "usage":
      return EXIT.wrong;
    case "service":
      return EXIT.failed;
  }
}

/** What every command takes, before its name or after. */
export const GLOBAL_OPTIONS = {
  json: { help: "one JSON document on stdout, nothing else" },
  directory: { value: "DIR", help: "run as if started in DIR" },
  service: {
    value: "NAME",
    help: "which of several services; default: by the tag, the incident or the folder",
  },
  at: {
    value: "INSTANT",
    help: "look back to then (2026-11-23T10:04Z); where something is entered: when it happened",
  },
  help: { help: "explain the command" },
  version: { help: "print the version" },
} as const satisfies Options;

export const SHORT_OPTIONS: Readonly<Record<string, string>> = { directory: "C", help: "h" };
