import { writeDuration } from "../duration.ts";
import { CLOCKS, type ClockName, perClock, type Severity } from "../terms.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { durationOrNull, section } from "./policySchemaParts.ts";

function clockTarget(severity: Severity, clock: ClockName) {
  const fallback = DEFAULT_POLICY.targets[severity][clock];
  return durationOrNull("no clock")
    .optional()
    .meta({
      description: `${CLOCKS[clock].meaning} A duration; null for no clock.`,
      default: fallback === null ? null : writeDuration(fallback),
      examples: ["30m", "2h", "1h30m", "3d", "PT30M", null],
    });
}

function clockTargets(severity: Severity) {
  return section(
    perClock((name) => clockTarget(severity, name)),
    "a map such as { detect: 30m, mitigate: 2h }",
  )
    .optional()
    .describe(`The four clocks of a ${severity} incident; one left out keeps its default.`);
}

export const targets = section(
  { critical: clockTargets("critical"), major: clockTargets("major"), minor: clockTargets("minor") },
  "a map such as { critical: { detect: 30m } }",
);
