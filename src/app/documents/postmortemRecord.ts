import {
  type GeneratedPart,
  type IsGenerated,
  normalLine,
  type RenderedParts,
  readParts,
  refreshParts,
  renderedParts,
  staleParts,
} from "../../documents/generatedParts.ts";
import {
  type PostmortemFacts,
  refuseTicking,
  renderPostmortem,
  tickingParts,
} from "../../documents/postmortem.ts";
import { readPostmortem } from "../../documents/postmortemFile.ts";
import { findingsIn, isComplete } from "../../documents/postmortemFindings.ts";
import type { Template } from "../../documents/template.ts";
import type { DropFacts } from "../../documents/variables.ts";
import { dropNamed, foldRelease, type Release, type ReleaseFacts } from "../../domain/drop/release.ts";
import type { LedgerEvent, StoredEvent } from "../../domain/event/event.ts";
import { dayOf } from "../../domain/incident/actionState.ts";
import { type Incident, waitsForPostmortem } from "../../domain/incident/incident.ts";
import { incidentStatus } from "../../domain/incident/incidentStatus.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { DropStory } from "../../domain/record/story.ts";
import { onlyHuman } from "../../domain/text/humanError.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { fileOnBranch, readFileAt } from "../../git/fileVersions.ts";
import type { Repository } from "../../git/repository.ts";
import { readDropFacts } from "../drop/dropFacts.ts";
import { readDropStory } from "../drop/dropNamed.ts";
import { postmortemPath } from "../project/documentPaths.ts";
import type { Draft, Project, Reading } from "../project/project.ts";
import { type PostmortemDocument, readPostmortems } from "./postmortems.ts";
import { requiredInPostmortem, templateOf } from "./templates.ts";

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

/** So many entries of the record are gone through, the newest first, to find out when a line was generated. */
const MOST_LOOKED_AT = 120;

const read = new WeakMap<Release, Map<string, Promise<PostmortemRecord>>>();

/** What the record says of an incident now, and said before, in the words of its post-mortem's template. */
export class PostmortemRecord {
  readonly #template: Template;
  readonly #facts: ReleaseFacts;
  readonly #release: Release;
  readonly #incident: Incident;
  readonly #drop: DropFacts | null;
  readonly #happened: DropStory | null;
  #ticking: readonly string[] | null = null;

  private constructor(
    template: Template,
    { facts, release }: { facts: ReleaseFacts; release: Release },
    incident: Incident,
    drop: DropFacts | null,
    happened: DropStory | null,
  ) {
    this.#template = template;
    this.#facts = facts;
    this.#release = release;
    this.#incident = incident;
    this.#drop = drop;
    this.#happened = happened;
  }

  /** The same one for the same reading, since to look at a document while it is written must start no process. */
  static of(
    project: Pick<Project, "root" | "repository">,
    reading: { facts: ReleaseFacts; release: Release },
    incident: Incident,
  ): Promise<PostmortemRecord> {
    const known = read.get(reading.release) ?? new Map<string, Promise<PostmortemRecord>>();
    read.set(reading.release, known);
    const record = known.get(incident.id) ?? PostmortemRecord.read(project, reading, incident);
    known.set(incident.id, record);
    return record;
  }

  static async read(
    { root, repository }: Pick<Project, "root" | "repository">,
    reading: { facts: ReleaseFacts; release: Release },
    incident: Incident,
  ): Promise<PostmortemRecord> {
    const { release } = reading;
    const drop = dropNamed(release, incident.drop);
    const facts = drop ? await readDropFacts(repository, release, drop) : null;
    const happened = await readDropStory(repository, release, incident);
    return new PostmortemRecord(await templateOf(root, "postmortem.md"), reading, incident, facts, happened);
  }

  /**
   * The generated parts of a document that disagree with the record.
   * @param path Where it lies, relative to the root.
   * @param written When it was committed: it may agree with what was on record by then. Null: it lies in the work tree.
   */
  stale(content: string, path: string, now: Instant, written: Instant | null = null): GeneratedPart[] {
    const looks = [
      { at: now, recordedBy: null },
      // A commit's date is that of its second; what was entered in the same one may have come before it.
      ...(written === null ? [] : [{ at: written + 999, recordedBy: written + 999 }]),
    ];
    const renderings = looks.flatMap(({ at, recordedBy }) =>
      PUBLICATIONS.map((published) => this.#partsAt(path, at, recordedBy, published)),
    );
    return staleParts(content, renderings);
  }

  /** @throws {HumanError} where somebody wrote between the markers, or they do not come in pairs. */
  refresh(content: string, path: string, now: Instant): { text: string; changed: string[] } {
    refuseTicking(this.#template, this.#factsOf(this.#incident, this.#happened, path, now));
    return refreshParts(content, this.#partsAt(path, now, null), path, this.#earlierLines(path, now));
  }

  /** Whether a line is one that the template has made of the record as it stood at any time. */
  #earlierLines(path: string, now: Instant): IsGenerated {
    const known = new Map<string, Set<string>>();
    const events = [...this.#incident.events, ...(this.#happened?.events ?? [])];
    const times = [...new Set(events.map(({ recorded }) => recorded))]
      .sort((a, b) => b - a)
      .slice(0, MOST_LOOKED_AT);
    let next = 0;
    const learn = (parts: RenderedParts) => {
      for (const [name, lines] of parts) {
        const all = known.get(name) ?? new Set();
        for (const line of lines) all.add(normalLine(name, line));
        known.set(name, all);
      }
    };
    const learnMore = () => {
      const recordedBy = times[next]!;
      // Within a stretch in which nothing was entered a clock may have run out.
      const until = next === 0 ? now : times[next - 1]! - 1;
      for (const at of [until, recordedBy])
        for (const published of PUBLICATIONS) learn(this.#partsAt(path, at, recordedBy, published));
      next++;
    };
    return (part, line) => {
      while (!known.get(part)?.has(line) && next < times.length) learnMore();
      return known.get(part)?.has(line) ?? false;
    };
  }

  /** @param recordedBy Null: everything. @param published Whether what tells of the publication counts. */
  #partsAt(
    path: string,
    now: Instant,
    recordedBy: Instant | null,
    published: Published = "all",
  ): RenderedParts {
    const counts = ({ recorded }: LedgerEvent) => recordedBy === null || recorded <= recordedBy;
    const own = this.#incident.events.filter(counts).filter(publicationOrNot(this.#incident, published));
    const events = (this.#happened?.events ?? []).filter(counts);
    const all = own.length === this.#incident.events.length;
    const incident = all ? this.#incident : this.#fold([...own, ...events]);
    if (!incident) return new Map();
    const merged = this.#happened?.merged.filter(({ at }) => recordedBy === null || at <= recordedBy) ?? [];
    const happened = this.#happened && { ...this.#happened, events, merged };
    const facts = this.#factsOf(incident, happened, path, now);
    const parts = renderedParts(renderPostmortem(this.#template, facts));
    // A field that names “now” tells when the file was written.
    this.#ticking ??= tickingParts(this.#template, facts);
    return new Map([...parts].filter(([name]) => !this.#ticking!.includes(name)));
  }

  #fold(events: readonly LedgerEvent[]): Incident | null {
    return foldRelease({ ...this.#facts, events }).incident(this.#incident.id);
  }

  #factsOf(incident: Incident, happened: DropStory | null, path: string, now: Instant): PostmortemFacts {
    const { service } = this.#release.policy.policy;
    return { now, service, status: incidentStatus(incident, now), drop: this.#drop, happened, path };
  }
}

/**
 * What tells of the publication: a post-mortem comes before its own, and is no less complete when it tells of it. `past`:
 * of those that somebody has retracted.
 */
const PUBLICATIONS = ["all", "past", "none"] as const;
type Published = (typeof PUBLICATIONS)[number];

function publicationOrNot(
  { events, retracted }: Incident,
  published: Published,
): (event: LedgerEvent) => boolean {
  if (published === "all") return () => true;
  const left = events.filter(
    ({ id, type }) => type === "postmortem" && (published === "none" || !retracted.has(id)),
  );
  const gone = new Set(left.map(({ id }) => id));
  return ({ id, type, data }) => !gone.has(id) && !(type === "retracted" && gone.has(String(data.event)));
}
