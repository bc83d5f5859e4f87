import type { Site } from "../../documents/publicSite/page.ts";
import { publicSite } from "../../documents/publicSite/publicSite.ts";
import { type Release, recordOf } from "../../domain/drop/release.ts";
import { namesOf } from "../../domain/peopleNames.ts";
import { type FindNames, leaksIn, leakWords } from "../../domain/public/leaks.ts";
import { draftPublic, type PublicDraft, type Withheld } from "../../domain/public/publicIncident.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { authorsOf } from "../../git/authors.ts";
import type { Project } from "../project/project.ts";

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
