import type { DropFacts } from "../documents/dropVariables.ts";
import {
  type GeneratedPart,
  type IsGenerated,
  normalLine,
  type RenderedParts,
  refreshParts,
  renderedParts,
  staleParts,
} from "../documents/generatedParts.ts";
import {
  type PostmortemFacts,
  refuseTicking,
  renderPostmortem,
  tickingParts,
} from "../documents/postmortem.ts";
import type { Template } from "../documents/template.ts";
import type { LedgerEvent } from "../domain/event.ts";
import type { Incident } from "../domain/incident.ts";
import { incidentStatus } from "../domain/incidentStatus.ts";
import type { Instant } from "../domain/instant.ts";
import { dropNamed, foldRelease, type Release, type ReleaseFacts } from "../domain/release.ts";
import type { DropStory } from "../domain/story.ts";
import { readDropFacts } from "./dropFacts.ts";
import { readDropStory } from "./dropStory.ts";
import type { Project } from "./project.ts";
import { templateOf } from "./templateOf.ts";

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
