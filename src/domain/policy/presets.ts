import { nameMatcher } from "../text/tagNames.ts";

/** Agreements to begin with; each is changed later as any policy is. */
export const PRESETS = ["weekly", "office", "strict"] as const;
export type Preset = (typeof PRESETS)[number];

/** The pattern that a policy without one goes by. */
const DEFAULT_TAGS = "drop-*";

/** What a preset depends on beside its name. */
interface PresetFacts {
  /** Which tags are drops. */
  tags: readonly string[];
  /** Of the office, such as `Europe/Oslo`. */
  timeZone: string;
}

const TARGETS: Record<Preset, readonly string[]> = {
  weekly: [
    "critical: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 72h }",
    "major: { detect: 2h, mitigate: 8h, update: 4h, postmortem: 5d }",
    "minor: { detect: 1d, mitigate: 3d, update: null, postmortem: null }",
  ],
  office: [
    "critical: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 24h }",
    "major: { detect: 2h, mitigate: 8h, update: 4h, postmortem: 40h }",
    "minor: { detect: 8h, mitigate: 24h, update: null, postmortem: null }",
  ],
  strict: [
    "critical: { detect: 10m, mitigate: 30m, update: 30m, postmortem: 48h }",
    "major: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 72h }",
    "minor: { detect: 4h, mitigate: 1d, update: 1d, postmortem: 5d }",
  ],
};

/** A policy of about ten lines. */
export function presetPolicy(preset: Preset, { tags, timeZone }: PresetFacts): string {
  const only = tags.length === 1 ? JSON.stringify(tags[0]) : JSON.stringify(tags).replaceAll('","', '", "');
  return [
    "# How fast a bad drop is detected, mitigated, told to customers and learned from.",
    "version: 1",
    `drops: { tags: ${only} }`,
    "targets:",
    ...TARGETS[preset].map((line) => `  ${line}`),
    ...(preset === "office"
      ? [`calendar: { timeZone: ${timeZone}, hours: { mon-fri: ["09:00-17:00"] } }`]
      : []),
    ...(preset === "strict" ? ["updates: { every: 30m }", "drills: { every: 30d }"] : []),
    "",
  ].join("\n");
}

/**
 * The patterns that the tags of a repository suggest: what most of them begin with, its pre-releases left out. The
 * default where one of them fits it, or none holds a number.
 */
export function suggestPatterns(tags: readonly string[]): string[] {
  if (tags.length === 0 || tags.some(nameMatcher([DEFAULT_TAGS]))) return [DEFAULT_TAGS];
  const counts = new Map<string, number>();
  for (const tag of tags) {
    const start = /^(.*?)\d/.exec(tag)?.[1];
    if (start !== undefined) counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) return [DEFAULT_TAGS];
  const start = most[0].replace(/[*?[\]{}\\!]/g, "\\$&");
  const pattern = start === "" ? "[0-9]*" : `${start}*`;
  const isPreRelease = (tag: string) => tag.startsWith(most[0]) && /\d-(?:rc|alpha|beta|pre)/i.test(tag);
  return tags.some(isPreRelease) ? [pattern, `!${pattern}-*`] : [pattern];
}
