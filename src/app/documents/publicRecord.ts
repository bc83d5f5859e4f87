import type { Site } from "../../documents/publicSite/page.ts";
import { publicSite } from "../../documents/publicSite/publicSite.ts";
import { type Release, recordOf } from "../../domain/drop/release.ts";
import { refuseFuture } from "../../domain/incident/entry.ts";
import { type FindNames, leaksIn, leakWords, namesOf } from "../../domain/public/leaks.ts";
import {
  draftPublic,
  LONGEST_SUMMARY,
  type PublicDraft,
  type Summary,
  type Withheld,
} from "../../domain/public/publicIncident.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { authorsOf } from "../../git/history.ts";
import { findIncident } from "../incident/incidents.ts";
import type { Project } from "../project/project.ts";

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

export type PublicProject = Pick<Project, "root" | "trusted" | "repository" | "now"> & {
  read(): Promise<{ release: Release }>;
};

/** What the public record holds, and what it leaves out. */
export interface PublicRecord {
  site: Site;
  /** All incidents, newest first. */
  drafts: PublicDraft[];
  /** What of the service's name does not get out. */
  withheld: Withheld[];
  /** The files by name. */
  files: ReadonlyMap<string, string>;
}

export async function draftPublicRecord(project: PublicProject): Promise<PublicRecord> {
  const { release } = await project.read();
  const findNames = await namesKnownTo(project, release);
  const now = project.now();
  const drafts = release.incidents.map((incident) => {
    const { undone, reappliedAt } = recordOf(release, incident.drop ?? "");
    return draftPublic(incident, { undoneAt: undone?.at ?? null, reappliedAt }, findNames, now);
  });
  const { site, withheld } = siteOf(release, findNames);
  const published = drafts.flatMap((draft) => draft.published ?? []);
  return { site, drafts, withheld, files: publicSite(site, published) };
}

/** Whoever is on record, in the policy, or has written a commit: none of them may be named in public. */
export async function namesKnownTo(
  { repository }: Pick<PublicProject, "repository">,
  { events, policy, branch }: Release,
): Promise<FindNames> {
  const { council } = policy.policy;
  const authors = repository && branch ? await authorsOf(repository, branch.commit) : [];
  const owners = events.flatMap(({ data }) => (typeof data.owner === "string" ? [data.owner] : []));
  const people = [...events.map(({ by }) => by), ...owners, ...(council?.members ?? []), ...authors];
  return namesOf(new Set(people));
}

function siteOf({ policy, events }: Release, findNames: FindNames): Pick<PublicRecord, "site" | "withheld"> {
  const { service, publish } = policy.policy;
  const first = events.reduce<string | null>(
    (id, event) => (id === null || event.id < id ? event.id : id),
    null,
  );
  const name = service === null ? null : plainText(service, 120);
  const leaks = name === null ? [] : leaksIn(name, findNames);
  const site = {
    service: leaks.length > 0 ? null : name,
    url: publish.url,
    ...(first === null ? {} : { origin: first }),
  };
  if (leaks.length === 0) return { site, withheld: [] };
  return {
    site,
    withheld: [{ what: "Service", text: name!, because: "leak", why: `it holds ${leakWords(leaks)}` }],
  };
}
