import * as z from "zod";
import { writeDuration } from "../time/duration.ts";
import { RISK_LEVELS } from "./policy.ts";
import { UNTESTED_DEFAULTS } from "./policyItemDefaults.ts";
import { duration, line, list, name, oneOf, section, wholeNumber } from "./schemaParts.ts";

/** What a rule may look at. Each rule has exactly one of these keys. */
export const RISK_CONDITIONS = ["paths", "lines", "flags", "untested", "dependencies"] as const;

const GLOB = "a pattern such as migrations/** or *.sql";

const globs = (example: string) => list(line(GLOB), `a list of patterns such as [${example}]`, 1);

const untested = section(
  {
    paths: globs("src/**").meta({
      description: "The files that should change together with a test.",
      examples: [["src/**"]],
    }),
    tests: globs("test/**")
      .optional()
      .meta({
        description:
          "Which files are tests. A test belongs to the files of its own base name: cart.test.ts to cart.ts.",
        default: [...UNTESTED_DEFAULTS.tests],
        examples: [["test/**"]],
      }),
    within: duration()
      .optional()
      .meta({
        description: "How long before the newest commit of the drop a change of the test still counts.",
        default: writeDuration(UNTESTED_DEFAULTS.within),
        examples: ["14d", "30d"],
      }),
  },
  "a map such as { paths: [src/**], within: 14d }",
);

/** One entry of `risk`. */
export const riskRule = section(
  {
    paths: globs("migrations/**")
      .optional()
      .meta({
        description: "Holds when the drop changes a file that matches one of these patterns.",
        examples: [["migrations/**"]],
      }),
    lines: wholeNumber(1, 10_000_000, "a number of changed lines")
      .optional()
      .meta({
        description: "Holds when the drop changes at least so many lines.",
        examples: [800],
      }),
    flags: list(
      line("a pattern for the keys of flags such as checkout-*"),
      "a list of patterns such as [*]",
      1,
    )
      .optional()
      .meta({
        description:
          "Holds when the drop adds, removes or changes a feature flag of `flags.file` whose key matches one of these patterns.",
        examples: [["*"], ["checkout-*"]],
      }),
    untested: untested
      .optional()
      .describe("Holds when the drop changes files whose tests have not changed of late."),
    dependencies: z
      .literal(true, { error: "true" })
      .optional()
      .meta({
        description: "Holds when the drop changes what is depended on: a package manifest, or a lock file.",
        examples: [true],
      }),
    level: oneOf(RISK_LEVELS).meta({ description: "The risk of a drop for which the rule holds, at least." }),
    because: name().meta({
      description: "The reason, as people see it beside the risk.",
      examples: ["schema change", "large drop"],
    }),
  },
  "a map such as { lines: 800, level: medium, because: large drop }",
).meta({ oneOf: RISK_CONDITIONS.map((key) => ({ required: [key] })) });
