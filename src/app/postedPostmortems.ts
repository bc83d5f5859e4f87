import { readParts } from "../documents/generatedParts.ts";
import { readPostmortem } from "../documents/postmortemFile.ts";
import { findingsIn, isComplete } from "../documents/postmortemFindings.ts";
import { dayOf } from "../domain/actionState.ts";
import type { StoredEvent } from "../domain/event.ts";
import { onlyHuman } from "../domain/humanError.ts";
import { type Incident, waitsForPostmortem } from "../domain/incident.ts";
import type { Instant } from "../domain/instant.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { fileOnBranch } from "../git/fileOnBranch.ts";
import { readFileAt } from "../git/history.ts";
import type { Repository } from "../git/repository.ts";
import { postmortemPath } from "./documentPaths.ts";
import { PostmortemRecord } from "./postmortemRecord.ts";
import { type PostmortemDocument, readPostmortems } from "./postmortems.ts";
import { requiredInPostmortem } from "./postmortemTemplate.ts";
import type { Draft, Project, Reading } from "./project.ts";

/** So many versions of a file are looked at in the search for the first one that was complete. */
const VERSIONS = 50;

/**
 * Puts on record which post-mortems are published: complete, and on the release branch as git sees it. Nobody has to
 * say so, and what is found is not looked for again until the branch moves.
 */
export class PostedPostmortems {
  #looked = "";

  /**
   * @returns What was put on record; none where nothing is new, and then no process was started.
   * @throws {HumanError} where git cannot be read or the ledger not be written.
   */
  async record(project: Project, reading: Pick<Reading, "release" | "facts">): Promise<StoredEvent[]> {
    const { release } = reading;
    const { repository, trusted, lookBackTo } = project;
    const { branch } = release;
    // Looking back changes nothing.
    if (!repository || !trusted || !branch || lookBackTo !== null) return [];
    const waiting = release.live.filter(waitsForPostmortem);
    const key = [branch.commit, ...waiting.map(({ id, round }) => `${id} ${round.number}`)].join("\n");
    if (waiting.length === 0 || key === this.#looked) return [];
    const filed = await readPostmortems(project.root, release.policy.policy);
    const drafts: Draft[] = [];
    for (const incident of waiting) {
      const paths = pathsOf(incident, release.policy.policy, filed);
      const draft = await this.#posted(project, repository, { reading, incident, paths, tip: branch.commit });
      if (draft) drafts.push(draft);
    }
    const events = drafts.length > 0 ? await recordOnce(project, drafts) : [];
    this.#looked = key;
    return events;
  }

  async #posted(
    project: Project,
    repository: Repository,
    { reading, incident, paths, tip }: Search,
  ): Promise<Draft | null> {
    const required = await requiredInPostmortem(project.root);
    const read: { record?: PostmortemRecord } = {};
    const complete = async (commit: string, path: string, written: Instant) => {
      // What cannot be read is not published.
      const text = await readFileAt(repository, commit, path).catch(onlyHuman);
      if (text === null || !isComplete(findingsIn(readPostmortem(text), dayOf(project.now()), required)))
        return false;
      const { parts, broken } = readParts(text);
      if (parts.length === 0 || broken.length > 0) return broken.length === 0;
      read.record ??= await PostmortemRecord.read(project, reading, incident);
      return read.record.stale(text, path, project.now(), written).length === 0;
    };
    const since = incident.round.reopenedAt ?? Number.NEGATIVE_INFINITY;
    let first: { path: string; commit: string; at: Instant } | null = null;
    for (const path of paths) {
      // A branch that no longer holds the file has changed it last by taking it away.
      for (const change of await fileOnBranch(repository, tip, path, VERSIONS)) {
        // What was written before a reopening tells of the round before.
        if (change.at < since || !(await complete(change.commit, path, change.at))) break;
        if (!first || first.path === path || change.at < first.at) first = { path, ...change };
      }
    }
    if (!first || wasTakenBack(incident, first.commit)) return null;
    // It may well have been written before the end; it cannot count before it, nor in the future.
    const at = Math.min(Math.max(first.at, incident.round.marks.mitigated!.at), project.now());
    const data = { path: first.path, commit: first.commit };
    return { subject: `incident/${incident.id}`, type: "postmortem", at, data };
  }
}

interface Search {
  reading: Pick<Reading, "release" | "facts">;
  incident: Incident;
  paths: readonly string[];
  tip: string;
}

/** Where it was scaffolded; and where a file lies here that names the incident, for people file things in their way. */
function pathsOf(incident: Incident, policy: Policy, filed: readonly PostmortemDocument[]): string[] {
  const own = postmortemPath(policy, incident);
  const others = filed.filter(({ file }) => file.incident === incident.id);
  return [...new Set([own, ...others.map(({ path }) => path)])];
}

/** Others of the team see it as well; what one of them has put on record is not entered again. */
async function recordOnce(project: Project, drafts: readonly Draft[]): Promise<StoredEvent[]> {
  await project.sync();
  const { release } = await project.read();
  const waiting = new Set(release.live.filter(waitsForPostmortem).map(({ id }) => `incident/${id}`));
  return project.append(drafts.filter(({ subject }) => waiting.has(subject)));
}

/** Whoever retracted it knew better. */
const wasTakenBack = ({ events, retracted }: Incident, commit: string) =>
  events.some(({ id, type, data }) => type === "postmortem" && data.commit === commit && retracted.has(id));
