import type { GateReading } from "../../app/gate/readGate.ts";
import { gateAt } from "../../app/gate/standingGate.ts";
import type { WatchView } from "../../app/watch/watchNews.ts";
import type { SignalStanding } from "../../domain/gate/gate.ts";
import type { Scene } from "../tree/row.ts";

/** A drop at its gate as it stands at this moment: with what has soaked meanwhile, and what this window reads of signals. */
export function readingNow(
  reading: GateReading,
  { project, now }: Pick<Scene, "project" | "now">,
): GateReading {
  const { view } = project.watch;
  const live = view?.drop.tag === reading.candidate.tag && reading.question.kind === "promote";
  return { ...reading, gate: gateAt(reading, now, live ? view.signals.flatMap(standingOf) : []) };
}

function standingOf({ signal, found }: WatchView["signals"][number]): SignalStanding[] {
  return found ? [{ name: signal.name, state: found.state, at: found.at, why: found.why }] : [];
}
