import type { BurnVerdict } from "../detection/burnRate.ts";
import type { ComparisonVerdict } from "../detection/comparison.ts";
import type { probeVerdict } from "../detection/probe.ts";
import { counted } from "../text/counted.ts";
import { plainText } from "../text/plainText.ts";
import { writeDuration } from "../time/duration.ts";
import { formatInstant, type Instant } from "../time/instant.ts";
import { type Detection, percent, round } from "./detection.ts";

/** What a detection means for the state of its signal. */
interface Judgement {
  state: "calm" | "notEnoughTraffic" | "pending" | "breached" | "noData";
  value: number | null;
  /** When what breaches began, as far as the source can tell; null: nobody knows. */
  began: Instant | null;
  /** One inert line. */
  why: string;
}

export function judge(detection: Detection, least: number): Judgement {
  const tooFew = least > eventsOf(detection);
  if (tooFew) return judge({ kind: "traffic", events: eventsOf(detection), least }, 0);
  switch (detection.kind) {
    case "compare":
      return judgeComparison(detection.verdict, detection.variant, detection.variants);
    case "burn":
      return judgeBurn(detection.verdict, detection.objective, detection.name);
    case "probe":
      return judgeProbe(detection.verdict);
    case "traffic": {
      const why = `${counted(Math.floor(detection.events), "event")}, and the policy asks for ${detection.least}: not enough traffic`;
      return { state: "notEnoughTraffic", value: null, began: null, why };
    }
  }
}

/** The events that it was judged by; infinitely many where it asks by itself. */
function eventsOf(detection: Detection): number {
  if (detection.kind === "compare") return detection.verdict.all;
  if (detection.kind === "burn") return Math.max(...detection.verdict.pairs.map(({ events }) => events));
  return Number.POSITIVE_INFINITY;
}

const COMPARED = {
  calm: "calm",
  notEnoughTraffic: "notEnoughTraffic",
  suspicious: "pending",
  regressed: "breached",
} as const;

function judgeComparison(verdict: ComparisonVerdict, variant: string | null, variants: number): Judgement {
  const { state, all, badSince, allSince, began } = verdict;
  const of = variant === null ? "" : `${plainText(variant, 60)} (worst of ${variants}): `;
  return {
    state: COMPARED[state],
    value: allSince > 0 ? badSince / allSince : all > 0 ? verdict.bad / all : null,
    began: state === "regressed" || state === "suspicious" ? began : null,
    why: `${of}${comparisonWords(verdict)}`,
  };
}

function comparisonWords(verdict: ComparisonVerdict): string {
  const { state, bad, all, badSince, allSince, began, normal, silentSince, enough } = verdict;
  if (!normal) return `${ratio(bad, all)}; normal is not known: less than twelve hours of it could be read`;
  const before = `normal ${percent(normal.bad / normal.all)} (${normal.name} before), limit ${percent(normal.limit)}`;
  const evidence = `evidence ${round(verdict.evidence)} of ${round(verdict.needed)}`;
  switch (state) {
    case "regressed":
      return `${ratio(badSince, allSince)} since ${formatInstant(began)}; ${before}; ${evidence}: regressed`;
    case "suspicious":
      return `${ratio(badSince, allSince)} since ${formatInstant(began)}; ${before}; ${evidence}: suspicious`;
    case "calm":
      return `${ratio(bad, all)}; ${before}; ${evidence}: calm`;
    case "notEnoughTraffic": {
      if (silentSince !== null) return `no traffic since ${formatInstant(silentSince)}; ${before}`;
      const needs = Number.isFinite(enough)
        ? `; about ${enough} are needed`
        : "; no number of events is enough";
      return `${ratio(bad, all)}${needs}; ${before}: not enough traffic yet`;
    }
  }
}

const ratio = (bad: number, all: number) =>
  all > 0 ? `${round(bad)} of ${round(all)} bad (${percent(bad / all)})` : "no events yet";

const BURNING = {
  calm: "calm",
  noData: "noData",
  notEnoughTraffic: "notEnoughTraffic",
  // A slow burn is one for working hours: it is shown, and acts on nothing.
  ticket: "pending",
  page: "breached",
} as const;

function judgeBurn({ state, pairs, at }: BurnVerdict, objective: number, name: string | null): Judgement {
  const shown = pairs.find(({ burning }) => burning) ?? pairs[0]!;
  const rate = shown.longRate === null ? null : Math.min(shown.longRate, shown.shortRate ?? shown.longRate);
  const of = name === null ? "" : `${plainText(name, 60)}: `;
  const burns =
    rate === null ? "no events" : `the budget of ${percent(objective)} burns ${round(rate)} times`;
  const windows = `over ${writeDuration(shown.long)} and ${writeDuration(shown.short)}, limit ${round(shown.limit)}`;
  return {
    state: BURNING[state],
    value: rate,
    began: state === "page" ? at - shown.short : null,
    why: `${of}${burns} ${windows}${state === "notEnoughTraffic" ? ": not enough traffic yet" : ""}`,
  };
}

function judgeProbe({ state, since, failures, fault }: ReturnType<typeof probeVerdict>): Judgement {
  const states = { noData: "noData", calm: "calm", suspicious: "pending", down: "breached" } as const;
  const times = counted(failures, "time");
  return {
    state: states[state],
    value: failures,
    began: state === "down" || state === "suspicious" ? since : null,
    why: fault === null ? "answers as expected" : `${plainText(fault, 250)}, ${times} in a row`,
  };
}

/** What is kept of a detection on record and in JSON: names as in the field, shares and counts as they are. */
export function detectionData(detection: Detection): Record<string, unknown> {
  switch (detection.kind) {
    case "compare": {
      const { verdict: v, variant, variants } = detection;
      const normal = v.normal && {
        name: v.normal.name,
        bad: v.normal.bad,
        all: v.normal.all,
        overdispersion: v.normal.overdispersion,
        bursty: v.normal.bursty,
      };
      return {
        kind: "compare",
        state: v.state,
        S: v.badSince,
        n: v.allSince,
        q: v.normal?.limit ?? null,
        E: finite(v.evidence),
        mostE: finite(v.mostEvidence),
        needed: finite(v.needed),
        enough: finite(v.enough),
        since: formatInstant(v.began),
        normal,
        ...(variant === null ? {} : { variant, variants }),
      };
    }
    case "burn": {
      const { verdict: v, objective, name } = detection;
      const pairs = v.pairs.map(({ urgency, long, short, limit, longRate, shortRate, events }) => ({
        urgency,
        long: writeDuration(long),
        short: writeDuration(short),
        limit,
        longRate,
        shortRate,
        events,
      }));
      return { kind: "burn", state: v.state, objective, ...(name === null ? {} : { name }), pairs };
    }
    case "probe": {
      const { state, failures, fault, since } = detection.verdict;
      return { kind: "probe", state, failures, fault, since: since === null ? null : formatInstant(since) };
    }
    case "traffic":
      return {
        kind: "traffic",
        state: "notEnoughTraffic",
        events: detection.events,
        least: detection.least,
      };
  }
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);
