import { access } from "node:fs/promises";
import { join } from "node:path";
import { recordOf } from "../../domain/drop/release.ts";
import { incidentStatus } from "../../domain/incident/incidentStatus.ts";
import { type DocumentView, type IncidentView, incidentView } from "../../domain/record/incidentView.ts";
import { type DropStory, storyOf } from "../../domain/record/story.ts";
import { watchedEntries } from "../../domain/signal/signalRecord.ts";
import { postmortemPath, runbookPath } from "../project/documentPaths.ts";
import type { Project, Reading } from "../project/project.ts";
import type { Readiness } from "../project/readiness.ts";
import { stepNamesOf } from "../undo/undoHost.ts";

/** What a window knows beside what was read. */
interface Known {
  /** Of the current drop; null: not looked at yet. */
  readiness: Readiness | null;
  /** The tag of the drop whose undo is being carried out here. */
  running: string | null;
  /** What happened to its drop; null: it has none. */
  story: DropStory | null;
}

/** Everything that the page of an incident shows; null where there is no such incident. No process is started. */
export async function readIncidentView(
  project: Project,
  { release }: Reading,
  id: string,
  known: Known,
): Promise<IncidentView | null> {
  const incident = release.incident(id);
  if (!incident) return null;
  const at = project.now();
  const { policy } = release.policy;
  const { drop } = incident;
  const { readiness } = known;
  const paths: Omit<DocumentView, "written">[] = [
    { kind: "postmortem", path: postmortemPath(policy, incident) },
    ...(drop === null ? [] : [{ kind: "runbook", path: runbookPath(policy, drop) } as const]),
  ];
  const facts = {
    status: incidentStatus(incident, at, policy.updates.every),
    story: storyOf(incident, at, known.story),
    warnAt: policy.warnAt,
    record: drop === null ? null : recordOf(release, drop),
    steps: stepNamesOf(policy.rollback.steps),
    readiness:
      readiness === null || readiness.tag !== drop
        ? null
        : {
            state: readiness.state,
            files: readiness.state === "conflicts" ? readiness.conflicts.length : readiness.files,
            why: readiness.why,
          },
    running: drop !== null && known.running === drop,
    watchers: drop === null ? [] : watchedEntries(release.log, drop).map(({ by }) => by),
    documents: await Promise.all(
      paths.map(async (each) => ({ ...each, written: await isThere(join(project.root, each.path)) })),
    ),
    canWrite: project.trusted && project.repository !== null,
  };
  return incidentView(facts, at);
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
