import type { SignalStanding } from "../../domain/gate/gate.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import { evaluate } from "../../domain/signal/signal.ts";
import { type SignalEntry, signalEntries } from "../../domain/signal/signalRecord.ts";
import type { DropStage } from "../../domain/stage.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SignalSource } from "../../signals/signalSource.ts";
import type { Project } from "../project/project.ts";
import type { Governed } from "./governed.ts";

export type SourceOpener = (source: Signal["source"]) => SignalSource;

/** A clock that was given this far in the past looks back: what a source says now is no answer for then. */
const LOOKING_BACK_MS = 60_000;

/**
 * How the signals of the policy stand, for a drop that wants to go on: one reading of each, now; and one that is on
 * record as breached while the drop was in this stage stays so until it is on record as calm again.
 */
export async function readSignalStandings(
  project: Project,
  { release }: Governed,
  { tag, stage }: { tag: string | null; stage: DropStage | null },
  open: SourceOpener | null,
): Promise<SignalStanding[]> {
  const { signals } = release.policy.policy;
  const told = tag === null ? [] : signalEntries(release.log, tag);
  const since = stage?.since ?? 0;
  const standings = await Promise.all(
    signals.map((signal) => {
      const last = told.findLast(({ signal: name, at }) => name === signal.name && at >= since);
      return onRecord(signal, last) ?? (open && readNow(project, signal, last, open));
    }),
  );
  return standings.filter((standing) => standing !== null);
}

function onRecord({ name }: Signal, last: SignalEntry | undefined): SignalStanding | null {
  if (last?.state !== "breached") return null;
  return { name, state: "breached", at: last.at, why: "it is on record as breached, and not as calm since" };
}

async function readNow(
  project: Project,
  signal: Signal,
  last: SignalEntry | undefined,
  open: SourceOpener,
): Promise<SignalStanding> {
  const { name } = signal;
  const { lookBackTo } = project;
  if (lookBackTo !== null && lookBackTo < Date.now() - LOOKING_BACK_MS) return asOfThen(name, last);
  const answer = await open(signal.source)(new AbortController().signal);
  const found = evaluate(signal, null, { at: project.now(), answer });
  return { name, state: found.state, at: found.at, why: plainText(found.why, 300).replace(/\.$/, "") };
}

function asOfThen(name: string, last: SignalEntry | undefined): SignalStanding {
  if (last?.state === "calm") return { name, state: "calm", at: last.at, why: "on record as calm" };
  return {
    name,
    state: "unread",
    at: null,
    why: "nothing was on record of it then",
  };
}
