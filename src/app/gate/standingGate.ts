import { type Gate, judgeGate, type SignalStanding } from "../../domain/gate/gate.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { GateReading } from "./readGate.ts";

/**
 * The verdict of a reading at a later instant: a soak may be over by then.
 * @param signals What was read of signals since. One that is on record as breached stays so until the record says calm.
 */
export function gateAt(
  { facts }: Pick<GateReading, "facts">,
  at: Instant,
  signals: readonly SignalStanding[] = [],
): Gate {
  const onRecord = new Set(facts.signals.map(({ name }) => name));
  const fresh = signals.filter(({ name }) => !onRecord.has(name));
  return judgeGate({ ...facts, at, signals: [...facts.signals, ...fresh] });
}
