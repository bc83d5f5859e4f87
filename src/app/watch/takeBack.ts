import { isDeepStrictEqual } from "node:util";
import { type Release, recordOf } from "../../domain/drop/release.ts";
import { isReleased, type Signal } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { fetchIfOnline } from "../project/fetchFirst.ts";
import type { Project } from "../project/project.ts";
import { carryOut, type UndoResult } from "../undo/carryOut.ts";
import { planUndo } from "../undo/planUndo.ts";
import type { SwitchedFlag } from "../undo/switchFlagOff.ts";
import type { UndoHost } from "../undo/undoHost.ts";
import type { Breach } from "./watchUntil.ts";

/** How long people have to say no, before a drop is taken back by itself. Milliseconds. */
export const CANCEL_MS = 10_000;

/**
 * Why this breach takes no drop back by itself; null where it does: the release branch's policy says so, this watcher
 * was the first to see it, and nobody is at it already.
 */
export async function whyNotByItself(
  project: Project,
  { drop, signal, first }: Breach,
): Promise<string | null> {
  if (!project.trusted) return "This folder is not trusted.";
  if (!first) return "It is on record already; what comes of it, the timeline of the incident says.";
  // The policy, or the drop, may be another one by now. Offline it goes by what was fetched last.
  await fetchIfOnline(project);
  const { release } = await project.read();
  const { state } = recordOf(release, drop.tag);
  if (state !== "in force") return `${plainText(drop.tag, 60)} is being taken back already.`;
  return rollbackRefusal(release, signal);
}

/**
 * Takes the drop of a breach back, as its plan says.
 * @throws {HumanError} where it cannot be done, with the reason.
 */
export async function takeBack(project: Project, { drop }: Breach, host: UndoHost): Promise<UndoResult> {
  const plan = await planUndo(project, { tag: drop.tag, mode: "undo" });
  if (plan.refusal !== null) throw new HumanError("refused", plan.refusal);
  return carryOut(project, plan, host);
}

/**
 * Switches off the flag that the signal of a breach names.
 * @throws {HumanError} where it cannot be done, with the reason.
 */
export async function switchOff(
  project: Project,
  { drop, signal, incident }: Breach,
  host: Pick<UndoHost, "token">,
): Promise<SwitchedFlag> {
  const { switchFlagOff } = await import("../undo/switchFlagOff.ts");
  const wish = { tag: drop.tag, flag: signal.flag ?? "", incident: incident?.id ?? null };
  return switchFlagOff(project, wish, host);
}

/** Puts on the incident's record that nothing is taken back by itself, and why. */
export async function noteNotTakenBack(
  project: Project,
  { incident, drop, signal }: Breach,
  why: string,
): Promise<void> {
  if (!incident) return;
  const what =
    signal.then === "flag"
      ? `The flag ${plainText(signal.flag ?? "", 60)} is not switched off`
      : `${plainText(drop.tag, 60)} is not taken back`;
  const text = `${what} by itself: ${why}`;
  await project.append([{ subject: `incident/${incident.id}`, type: "note", data: { text } }]);
}

/**
 * Why a signal may not roll a drop back by itself; null where it may. The policy on the release branch says so, and by
 * now it may say something else than when the watch began.
 */
function rollbackRefusal({ policy: inForce }: Pick<Release, "policy">, signal: Signal): string | null {
  const branch = inForce.branch === undefined ? "the release branch" : plainText(inForce.branch, 60);
  if (!isReleased(inForce))
    return `There is no valid policy on ${branch}, and only that one may say rollback.`;
  const now = inForce.policy.signals.find(({ name }) => name === signal.name);
  if (now?.then !== "rollback" && now?.then !== "flag")
    return `The policy on ${branch} does not say rollback for this signal.`;
  return isDeepStrictEqual(now, signal) ? null : `The signal has changed in the policy on ${branch}.`;
}
