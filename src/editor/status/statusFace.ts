import { mostUrgent, type Status, type UrgentClock } from "../../domain/drop/status.ts";
import { type Countdown, clockWords } from "../../domain/incident/clock.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { COUNTDOWNS, isClock } from "../../domain/policy/terms.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { countdown, roughly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type Level, levelOf } from "../model/milestones.ts";
import { hasPolicyFile } from "../model/standing.ts";
import { labelText, shortTime } from "../model/text.ts";

/** How the status bar item looks at an instant. */
export interface StatusFace {
  text: string;
  /** What a screen reader says; changes once a minute at most. */
  label: string;
  background: "none" | "warning" | "error";
}

/** `incidents`: those of the team were never read here. `drops`: neither they nor the drops. */
type Unknown = "incidents" | "drops" | null;

const ICONS: Partial<Record<Level, string>> = {
  running: "clockface",
  warned: "warning",
  breached: "error",
  paused: "debug-pause",
};

/**
 * The face for all that is open in a window; null where there is nothing to say.
 * @param unknown What is not known of some project.
 */
export function statusFace(
  statuses: readonly Status[],
  seconds: boolean,
  unknown: Unknown = null,
): StatusFace | null {
  const open = statuses.flatMap((status) => status.open);
  const urgent = mostUrgent(open);
  if (urgent) return clockFace(urgent, statuses, seconds);
  if (open.length > 0) return openFace(open, statuses);
  return calmFace(statuses, unknown);
}

function clockFace(
  { clock, status }: UrgentClock,
  statuses: readonly Status[],
  seconds: boolean,
): StatusFace {
  const home = statuses.find(({ open }) => open.includes(status))!;
  const level = levelOf(clock, home.policy.policy.warnAt);
  const name = COUNTDOWNS[clock.name].short;
  const what = isClock(clock.name) ? `${name} clock` : name;
  const broken = policyWarning(statuses);
  const label = `Dropclock: ${what} of “${plainText(status.incident.title, 80)}”, ${spokenState(clock)}`;
  return {
    // Where colours say little, as in high contrast, the word does.
    text: `$(${ICONS[level] ?? "clockface"}) ${level === "breached" ? "BREACHED · " : ""}${name} ${timeLeft(clock, seconds)}${broken.icon}`,
    label: `${label}${broken.label}`,
    background: level === "breached" ? "error" : level === "warned" ? "warning" : "none",
  };
}

function timeLeft(clock: Countdown, seconds: boolean): string {
  const ms = clock.remainingMs!;
  if (clock.state === "breached") return ms > -60_000 ? "overdue" : `overdue ${roughly(ms)}`;
  return seconds && clock.counting ? countdown(ms) : roughly(ms);
}

function spokenState(clock: Countdown): string {
  const length = spoken(clock.remainingMs!);
  if (clock.state === "breached") return `breached, overdue by ${length}`;
  if (clock.state === "paused") return `paused with ${length} left`;
  return `${length} left${clock.counting ? "" : ", out of hours"}`;
}

function openFace(open: readonly IncidentStatus[], statuses: readonly Status[]): StatusFace {
  const { icon, label } = policyWarning(statuses);
  const words = `${open.length} open incident${open.length === 1 ? "" : "s"}`;
  return {
    text: `$(flame) ${words}${icon}`,
    label: `Dropclock: ${words}, no clock running${label}`,
    background: "none",
  };
}

/** No incident: for how long the drop is to be watched, else which drop is out. Quiet, but a click declares. */
function calmFace(statuses: readonly Status[], unknown: Unknown): StatusFace | null {
  const policy = policyWarning(statuses);
  const icon = policy.icon || (unknown ? " $(warning)" : "");
  const label = `${unknown ? ". Incidents are not known" : ""}${policy.label}`;
  const watched = statuses.filter(({ watch }) => watch.state === "open").sort(byWatch)[0];
  if (watched?.drop) {
    const tag = labelText(watched.drop.tag, 30);
    return {
      text: `$(eye) ${tag} ${roughly(watched.watch.remainingMs)}${icon}`,
      label: `Dropclock: watch ${tag} for ${spoken(watched.watch.remainingMs)} more${label}`,
      background: "none",
    };
  }
  const out = statuses.find((status) => status.drop);
  if (out?.drop) {
    const tag = labelText(out.drop.tag, 30);
    return {
      text: out.undone ? `$(discard) ${tag} undone${icon}` : `$(rocket) ${tag}${icon}`,
      label: `Dropclock: ${tag} is ${out.undone ? "undone" : "out"}${unknown ? "" : ", no open incident"}${label}`,
      background: "none",
    };
  }
  // A repository that has nothing to do with drops is left alone.
  const used = statuses.some(({ policy }) => hasPolicyFile(policy));
  if (!used) return null;
  if (unknown === "drops")
    return {
      text: `$(rocket) drops not known${icon}`,
      label: `Dropclock: drops are not known${label}`,
      background: "none",
    };
  return { text: `$(rocket) no drop${icon}`, label: `Dropclock: no drop yet${label}`, background: "none" };
}

const byWatch = (a: Status, b: Status) => a.watch.remainingMs - b.watch.remainingMs;

/** A broken policy is told wherever a number stands that depends on it. */
function policyWarning(statuses: readonly Status[]): { icon: string; label: string } {
  const broken = statuses.some(({ policy }) => isBroken(policy));
  return broken ? { icon: " $(warning)", label: ". The policy has errors" } : { icon: "", label: "" };
}

const UNITS: [string, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** A length of time as a screen reader should say it: `1 hour 12 minutes`. Sign left out. */
export function spoken(ms: number): string {
  let rest = Math.abs(ms);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0 && parts.length < 2) parts.push(`${n} ${unit}${n === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "less than a minute";
}

/** The time left first, then when it is due: a narrow sidebar cuts the end. */
export function clockDescription(clock: Countdown, now: Instant): string {
  const { state, dueAt, endedAt, startedAt, targetMs } = clock;
  if (state === "waiting" && targetMs !== null) return `${roughly(targetMs)} once ${clock.from}`;
  const parts = [clockWords(clock)];
  if ((state === "running" || state === "breached") && dueAt !== null)
    parts.push(`due ${shortTime(dueAt, now)}`);
  if (endedAt !== null && state !== "none") parts.push(`at ${shortTime(endedAt, now)}`);
  else if (startedAt !== null && state !== "none")
    parts.push(`from ${clock.from} ${shortTime(startedAt, now)}`);
  return parts.join(" · ");
}
