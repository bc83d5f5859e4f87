import { foldRelease } from "../../src/domain/drop/release.ts";
import { statusAt } from "../../src/domain/drop/status.ts";
import type { LedgerEvent, StoredEvent } from "../../src/domain/event/event.ts";
import { writeTerms } from "../../src/domain/policy/notation.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy/policy.ts";
import { formatInstant } from "../../src/domain/time/instant.ts";
import { decodeEvent } from "../../src/ledger/codec.ts";
import { linearHistory } from "../support/git/linearHistory.ts";
import { type Comparison, compare } from "./measure.ts";

const EVENTS = 100_000;
const INCIDENTS = 2_000;
const START = Date.parse("2024-01-01T00:00:00Z");
const MINUTE = 60_000;

/** A ledger as years of work leave it: each incident with its milestones, pauses and notes. */
export function storedLedger(events = EVENTS, incidents = INCIDENTS): StoredEvent[] {
  const types = [
    "opened",
    "started",
    "detected",
    "acknowledged",
    "paused",
    "resumed",
    "severity",
    "mitigated",
    "updated",
    "resolved",
    "postmortem",
  ];
  const policy = writeTerms(DEFAULT_POLICY);
  return Array.from({ length: events }, (_, i): StoredEvent => {
    const incident = i % incidents;
    const step = Math.floor(i / incidents);
    const at = START + incident * 600 * MINUTE + step * 3 * MINUTE;
    const type = types[step] ?? "note";
    const data: Record<string, unknown> =
      type === "opened"
        ? { title: `Checkout fails ${incident}`, severity: "critical", drop: null, kind: "real", policy }
        : type === "severity"
          ? { to: "major", why: "few customers" }
          : type === "note"
            ? { text: `Looked at shard ${step}` }
            : {};
    return {
      v: 1,
      id: `01J${String(i).padStart(23, "0")}`,
      subject: `incident/2024-01-01-checkout-${incident}`,
      type,
      at: formatInstant(at),
      recorded: formatInstant(at + 1000),
      by: "Ana <ana@example.com>",
      data,
    };
  });
}

export async function foldBench(): Promise<Comparison[]> {
  const texts = storedLedger().map((event) => JSON.stringify(event));
  const events = texts.map((text) => decodeEvent(text)) as LedgerEvent[];
  const facts = {
    policy: { policy: DEFAULT_POLICY, source: "defaults", path: "", problems: [] } as const,
    ...linearHistory([]),
    events,
  };
  const parse = { name: "JSON.parse of the same", work: () => texts.map((text) => JSON.parse(text)) };
  const now = START + 10 * 365 * 24 * 60 * MINUTE;
  const fold = () => statusAt(foldRelease({ ...facts, policy: { ...facts.policy, problems: [] } }), now);
  if (fold().open.length + fold().closed.length !== INCIDENTS) throw new Error("the fold lost incidents");
  return [
    await compare(`fold and clocks of ${EVENTS} events`, fold, parse, { goal: 2 }),
    await compare(`decoding ${EVENTS} events`, () => texts.map((text) => decodeEvent(text)), parse),
  ];
}
