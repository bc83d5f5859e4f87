import { refuseFuture } from "../domain/incident/entry.ts";
import { leaksIn, leakWords } from "../domain/public/leaks.ts";
import { LONGEST_SUMMARY, type Summary } from "../domain/public/publicIncident.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { namesKnownTo } from "./documents/publicRecord.ts";
import { findIncident } from "./incident/incidents.ts";
import type { Project } from "./project/project.ts";

const WHAT: Record<keyof Summary, string> = {
  title: "The title",
  impact: "The impact",
  done: "What was done",
};

/**
 * Puts on record what the public may read of an incident. An empty text takes a field back.
 * @throws {HumanError} for a text that holds what must not get out.
 */
export async function writePublicSummary(project: Project, ref: string, wish: Partial<Summary>) {
  const { release } = await project.read();
  const incident = findIncident(release, ref);
  const findNames = await namesKnownTo(project, release);
  refuse(refuseFuture("The summary", project.happenedAt, project.now()));
  const data: Record<string, string> = {};
  for (const field of Object.keys(WHAT) as (keyof Summary)[]) {
    const text = wish[field];
    if (text === undefined || text === null) continue;
    refuse(publicTextProblem(WHAT[field], text, findNames));
    data[field] = plainText(text, LONGEST_SUMMARY);
  }
  if (Object.keys(data).length === 0)
    throw new HumanError("usage", "A public summary needs at least one of --title, --impact and --done.");
  return project.append([{ subject: `incident/${incident.id}`, type: "summary", data }]);
}

/** Why a text cannot be for the public; null when it can. */
export function publicTextProblem(
  what: string,
  text: string,
  findNames: Parameters<typeof leaksIn>[1],
): string | null {
  if (text.length > LONGEST_SUMMARY)
    return `${what} has ${text.length} characters, and ${LONGEST_SUMMARY} are enough; make it shorter.`;
  const leaks = leaksIn(text, findNames);
  if (leaks.length === 0) return null;
  const found = leaks.map((leak) => `“${plainText(leak.found, 60)}”`).join(", ");
  return `${what} holds ${leakWords(leaks)} (${found}), which must not become public; say it without.`;
}

function refuse(sentence: string | null): void {
  if (sentence) throw new HumanError("refused", sentence);
}
