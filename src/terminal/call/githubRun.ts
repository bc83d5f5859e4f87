import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { escapeText, jsonText } from "./output.ts";

/** What a run on GitHub is told beside the log: the step's outputs, and the page of the job. */
interface RunOutcome {
  /** Whether the exit status is 0. */
  open: boolean;
  /** Why not, a sentence each. */
  reasons: readonly string[];
  /** The answer; left out: there is none, only an error. */
  json?: unknown;
  /** Markdown for the page of the job; left out: nothing. */
  summary?: string | undefined;
}

/** Characters of an output that GitHub still takes: a step's outputs together may have 1 MB. */
const LARGEST_OUTPUT = 400_000;

/** Characters of a summary that GitHub still shows, which is 1 MB of UTF-8 for each step. */
const LARGEST_SUMMARY = 250_000;

/**
 * Writes the outputs `open`, `reasons` and `json`, and the summary, into the files that the runner names.
 * @param environment Where the runner names none, nothing is written.
 * @returns Sentences on what could not be written; the verdict does not depend on it.
 */
export async function tellGithub(environment: NodeJS.ProcessEnv, outcome: RunOutcome): Promise<string[]> {
  const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = environment;
  const json = outcome.json === undefined ? "" : jsonText(outcome.json);
  const outputs = {
    open: String(outcome.open),
    reasons: escapeText(outcome.reasons.join("\n"), false).slice(0, LARGEST_OUTPUT),
    json: json.length <= LARGEST_OUTPUT ? json : "",
  };
  const text = Object.entries(outputs).map(([name, value]) => output(name, value));
  const { summary = "" } = outcome;
  return [
    ...(await append("GITHUB_OUTPUT", GITHUB_OUTPUT, text.join(""))),
    ...(await append("GITHUB_STEP_SUMMARY", GITHUB_STEP_SUMMARY, summary.slice(0, LARGEST_SUMMARY))),
  ];
}

/** Nobody knows the mark before, so no value can end itself and begin another one. */
function output(name: string, value: string): string {
  const mark = `end-${randomUUID()}`;
  return `${name}<<${mark}\n${value}\n${mark}\n`;
}

async function append(name: string, file: string | undefined, text: string): Promise<string[]> {
  if (!file || text === "") return [];
  try {
    await appendFile(file, text);
    return [];
  } catch (error) {
    return [`${name} cannot be written (${(error as NodeJS.ErrnoException).code}).`];
  }
}
