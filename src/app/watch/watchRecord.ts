import type { Drop } from "../../domain/drop/drop.ts";
import type { Release } from "../../domain/drop/release.ts";
import { type Status, statusAt } from "../../domain/drop/status.ts";
import { incidentId } from "../../domain/incident/entry.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { signalData, signalEntries, type Watched, watchedEntries } from "../../domain/signal/signalRecord.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { openingDrafts } from "../incident/incidents.ts";
import type { Draft, Project } from "../project/project.ts";
import type { WatchedSignal } from "./watchedSignal.ts";

/** What a watcher needs of a project. */
export type WatchProject = Pick<Project, "now" | "read" | "append" | "sync" | "author">;

interface BreachOnRecord {
  /** Null where the policy wants none, and none was open. */
  incident: Incident | null;
  /** This watcher opened it. */
  opened: boolean;
  /** Of all watchers this one has put the breach on record first: it is the one that acts. */
  first: boolean;
}

/**
 * Puts a breach on record. However many watchers see it, one incident is open in the end: its id follows from the drop
 * alone, so that those who open it at the same moment open the same one; and whoever comes later finds it.
 */
export async function recordBreach(
  project: WatchProject,
  drop: Drop,
  signal: Signal,
  found: Evaluation,
): Promise<BreachOnRecord> {
  await inStep(project);
  const { release } = await project.read();
  const now = project.now();
  const open = incidentFor(statusAt(release, now), drop);
  if (!open && signal.then === "notify") return { incident: null, opened: false, first: true };
  const last = lastEntry(release, drop, signal, open?.id ?? null);
  if (open && last?.state === "breached") return { incident: open, opened: false, first: false };
  const id = open?.id ?? newIncidentId(release, drop);
  const drafts = [
    ...(open ? [] : openingDrafts(release, openingOf(id, drop, signal, found, now), now)),
    ...breachDrafts(id, drop, signal, found),
  ];
  const [mine] = (await project.append(drafts)).filter(({ type }) => type === "signal");
  await inStep(project);
  const after = (await project.read()).release;
  const told = signalEntries(after.log, drop.tag).find(
    (entry) => entry.signal === signal.name && entry.incident === id && entry.state === "breached",
  );
  return { incident: after.incident(id), opened: !open, first: told?.event === mine?.id };
}

/** Writes on the open incident that a signal is calm again. Null where there is nothing to be taken back. */
export async function recordCalm(
  project: WatchProject,
  drop: Drop,
  signal: Signal,
  found: Evaluation,
): Promise<Incident | null> {
  const { release } = await project.read();
  const open = incidentFor(statusAt(release, project.now()), drop);
  if (!open || lastEntry(release, drop, signal, open.id)?.state !== "breached") return null;
  await project.append([
    { subject: `drop/${drop.tag}`, type: "signal", data: signalData(signal.name, found, open.id) },
    note(open.id, `Signal “${plainText(signal.name)}” is calm again: ${found.why}`),
  ]);
  return open;
}

/**
 * Puts on record that signals answered within the window, each once; and who watches: whoever is not known yet writes
 * one of them again.
 */
export async function recordAnswers(
  project: WatchProject,
  drop: Drop,
  answered: readonly WatchedSignal[],
): Promise<void> {
  const [{ release }, author] = await Promise.all([project.read(), project.author()]);
  const known = signalEntries(release.log, drop.tag);
  const unknown = answered.filter(({ signal }) => !known.some((entry) => entry.signal === signal.name));
  const news = known.some(({ by }) => by === author) || unknown.length > 0 ? unknown : answered.slice(0, 1);
  const drafts = news.map(({ signal, evaluation }) => ({
    subject: `drop/${drop.tag}`,
    type: "signal",
    data: signalData(signal.name, evaluation!, null),
  }));
  if (drafts.length > 0) await project.append(drafts);
}

/** Puts on record that this person watched a drop and it stayed calm. False where that is not so, or known already. */
export async function recordWatched(
  project: WatchProject,
  drop: Drop,
  signals: readonly WatchedSignal[],
  to: Instant,
): Promise<boolean> {
  const from = Math.max(drop.shippedAt, ...signals.map(({ firstAt }) => firstAt ?? to));
  const calm = signals.length > 0 && signals.every(({ evaluation }) => evaluation?.state === "calm");
  if (!calm || from >= to) return false;
  await inStep(project);
  const [{ release }, author] = await Promise.all([project.read(), project.author()]);
  if (release.incidents.some(({ drop: on, kind }) => on === drop.tag && kind === "real")) return false;
  const covers = (each: Watched) => each.by === author && each.from <= from && each.to >= to;
  if (watchedEntries(release.log, drop.tag).some(covers)) return false;
  const data = {
    from: formatInstant(from),
    to: formatInstant(to),
    signals: signals.map(({ signal, readings, failed, worst }) => ({
      name: signal.name,
      readings,
      failed,
      ...(worst !== null && Number.isFinite(worst) ? { worst } : {}),
    })),
  };
  await project.append([{ subject: `drop/${drop.tag}`, type: "watched", data }]);
  return true;
}

/** The incident that a breach on a drop belongs to: one of that drop, or one of none; else one that goes on. */
function incidentFor(status: Status, drop: Drop): Incident | null {
  const real = status.open.filter(
    ({ incident, state }) => incident.kind === "real" && (state === "open" || state === "mitigated"),
  );
  const own = real.find(({ incident }) => incident.drop === drop.tag || incident.drop === null);
  const inWindow = status.watched.some((each) => each.drop.tag === drop.tag);
  const other = inWindow ? undefined : real[0];
  return (own ?? other)?.incident ?? null;
}

/** Others know better when they can be reached; what is on record here counts all the same. */
async function inStep(project: WatchProject): Promise<void> {
  await project.sync().catch(() => {});
}

const lastEntry = ({ log }: Release, { tag }: Drop, { name }: Signal, incident: string | null) =>
  signalEntries(log, tag).findLast((entry) => entry.signal === name && entry.incident === incident);

/** Follows from what every watcher knows of the drop; a number tells a second one after the first is over. */
const newIncidentId = ({ log }: Release, drop: Drop) =>
  incidentId(`${drop.tag} regression`, drop.shippedAt, (taken) => log.has(`incident/${taken}`));

function openingOf(id: string, drop: Drop, signal: Signal, found: Evaluation, now: Instant) {
  const first = Math.max(found.breachingSince ?? now, drop.shippedAt);
  return {
    id,
    title: plainText(`${signal.name} breached on ${drop.tag}`, 200),
    severity: signal.severity,
    drop,
    started: { at: Math.min(first, now) },
    detected: now,
  };
}

function breachDrafts(incident: string, drop: Drop, signal: Signal, found: Evaluation): Draft[] {
  return [
    { subject: `drop/${drop.tag}`, type: "signal", data: signalData(signal.name, found, incident) },
    note(incident, `Signal “${plainText(signal.name)}” is breached: ${found.why}`),
  ];
}

const note = (incident: string, text: string): Draft => ({
  subject: `incident/${incident}`,
  type: "note",
  data: { text },
});
