import type { Project, Reading } from "../../app/project/project.ts";
import { unheldWords } from "../../domain/drop/dropWording.ts";
import { waitsForPostmortem } from "../../domain/incident/incident.ts";
import type { PolicyInForce } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import type { Command } from "./command.ts";

/** What everybody must be told while the policy is broken: where, and what is in force instead. */
export function policyComplaints(policy: PolicyInForce): string[] {
  const lines = policy.problems.map(
    ({ message, place }) => `${policy.path}:${place.line}:${place.column}: ${message}`,
  );
  if (policy.source === "last-good") lines.push("The policy is broken, so the last good one stays in force.");
  if (policy.source === "defaults" && lines.length > 0)
    lines.push("The policy is broken and no earlier one was in order, so the sample SLA is in force.");
  // What is wrong with the file is told there.
  if (policy.doubt !== undefined && lines.length === 0) lines.push(policy.doubt);
  return lines;
}

/** What people must know of the record that an answer rests on. Whoever enters something is told how it was shared. */
export function readingComplaints(
  { release, standing: { partial, remote } }: Reading,
  { at, tellsUnheld }: Partial<Pick<Command, "at" | "tellsUnheld">>,
): string[] {
  const name = plainText(remote ?? "", 60);
  const part = `The ledger of ${name} was never read here, so more may be on record; read it with: dropclock sync`;
  const unheld = tellsUnheld ? [] : unheldWords(release);
  return [...(partial && at !== "happened" ? [part] : []), ...unheld];
}

/** What people must know of the ledger's sharing after they have entered something. */
export function sharingComplaints({ state, reason, rewound }: SyncResult): string[] {
  const lines = rewoundComplaints(state, rewound);
  if (state === "unreachable")
    lines.push(`recorded here, but not shared: ${plainText(reason ?? "")}; it is shared with the next sync.`);
  return lines;
}

export function rewoundComplaints(state: SyncResult["state"], rewound: boolean): string[] {
  if (!rewound) return [];
  return state === "unreachable"
    ? ["The remote's ledger has lost events that were there before; they are still here."]
    : ["The remote's ledger had lost events that were there before; they were put back."];
}

export function restoredComplaints(restored: number): string[] {
  if (restored === 0) return [];
  const entries = counted(restored, "entry was", "entries were");
  return [`${entries} removed from the ledger after being recorded, and put back; see: dropclock log.`];
}

/** Puts on record which post-mortems git shows as published. That it cannot be written takes no answer away. */
export async function notePosted(
  project: Project,
  reading: Reading,
): Promise<{ noted: number; complaints: string[] }> {
  if (!reading.release.live.some(waitsForPostmortem)) return { noted: 0, complaints: [] };
  try {
    const { PostedPostmortems } = await import("../../app/documents/postmortemRecord.ts");
    const events = await new PostedPostmortems().record(project, reading);
    return { noted: events.length, complaints: [] };
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { noted: 0, complaints: [`a published post-mortem could not be put on record: ${error.message}`] };
  }
}
