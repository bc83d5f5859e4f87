import { writeDuration } from "../duration.ts";
import type { ClockName, Severity } from "../terms.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { durationOrNull, section } from "./policySchemaParts.ts";

const CLOCK_MEANINGS: Record<ClockName, string> = {
  detect:
    "Time to detect: from the start of the impact until somebody notices, and the watch window after a drop.",
  mitigate: "Time to mitigate: from detection until customers are no longer hurt.",
  update: "Time to the customer update: from mitigation until customers are told.",
  postmortem: "Time to the post-mortem: from mitigation until it is published.",
};

function clockTarget(severity: Severity, clock: ClockName) {
  const fallback = DEFAULT_POLICY.targets[severity][clock];
  return durationOrNull("no clock")
    .optional()
    .meta({
      description: `${CLOCK_MEANINGS[clock]} A duration; null for no clock.`,
      default: fallback === null ? null : writeDuration(fallback),
      examples: ["30m", "2h", "1h30m", "3d", "PT30M", null],
    });
}

function clockTargets(severity: Severity) {
  return section(
    {
      detect: clockTarget(severity, "detect"),
      mitigate: clockTarget(severity, "mitigate"),
      update: clockTarget(severity, "update"),
      postmortem: clockTarget(severity, "postmortem"),
    },
    "a map such as { detect: 30m, mitigate: 2h }",
  )
    .optional()
    .describe(`The four clocks of a ${severity} incident; one left out keeps its default.`);
}

export const targets = section(
  { critical: clockTargets("critical"), major: clockTargets("major"), minor: clockTargets("minor") },
  "a map such as { critical: { detect: 30m } }",
);
