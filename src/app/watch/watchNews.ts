import type { Drop } from "../../domain/drop/drop.ts";
import type { WatchPlan } from "../../domain/drop/watchPlan.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import type { Instant } from "../../domain/time/instant.ts";

/** What a watcher tells whoever runs it. */
export type WatchNews =
  | {
      kind: "breached";
      drop: Drop;
      signal: Signal;
      found: Evaluation;
      incident: Incident | null;
      opened: boolean;
      /** This watcher is the one that acts as `then` says; the others only tell. */
      first: boolean;
    }
  /** A breach that could not be recorded, and why; it is tried again at the next reading. `tries` counts from 1. */
  | { kind: "unrecorded"; drop: Drop; signal: Signal; found: Evaluation; why: string; tries: number }
  | { kind: "calm"; drop: Drop; signal: Signal; found: Evaluation; incident: Incident }
  | { kind: "error"; drop: Drop; signal: Signal; found: Evaluation }
  | { kind: "read"; drop: Drop; signal: Signal; found: Evaluation }
  | { kind: "ended"; drop: Drop; at: Instant; recorded: boolean };

/** What is watched right now, for a view. */
export interface WatchView {
  drop: Drop;
  reason: WatchPlan["reason"];
  since: Instant;
  endsAt: Instant | null;
  signals: SignalView[];
}

export interface SignalView {
  signal: Signal;
  found: Evaluation | null;
  /** Oldest first, as they were when the view was taken. */
  numbers: readonly (number | null)[];
}
