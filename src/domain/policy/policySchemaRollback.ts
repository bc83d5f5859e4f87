import { DEFAULT_POLICY } from "./policy.ts";
import { REVERT_DEFAULTS } from "./policyItemDefaults.ts";
import { line, list, name, section, text, yesOrNo } from "./schemaParts.ts";

/** What a step may do. Each step has exactly one of these keys. */
export const STEP_KINDS = ["flags", "revert", "run", "verify"] as const;

const step = section(
  {
    flags: list(line("the key of a flag"), "a list of flags such as [new-checkout]", 1)
      .optional()
      .meta({ description: "Switches these flags off in `flags.file`.", examples: [["new-checkout"]] }),
    revert: section(
      {
        push: yesOrNo().optional().meta({
          description: "Push the branch that takes the drop back.",
          default: REVERT_DEFAULTS.push,
        }),
        pullRequest: yesOrNo().optional().meta({
          description: "Offer a pull request for that branch; needs `push`. Default: as `push`.",
        }),
      },
      "a map such as { push: true, pullRequest: true }",
    )
      .optional()
      .describe("Reverts the commits of the drop on a branch of its own."),
    run: text("a command such as ./deploy.sh {{ previous.tag }}")
      .optional()
      .meta({
        description:
          "Runs a command in the repository; it may name {{ previous.tag }}, {{ previous.commit }}, {{ drop.tag }}, {{ drop.commit }} and {{ branch }}.",
        examples: ["./deploy.sh {{ previous.tag }}"],
      }),
    verify: list(name(), "a list of signals such as [checkout errors]", 1)
      .optional()
      .meta({ description: "Waits until these signals are calm.", examples: [["checkout errors"]] }),
  },
  `a map with one of ${STEP_KINDS.join(", ")}`,
).meta({ minProperties: 1, maxProperties: 1 });

export const rollback = section(
  {
    steps: list(step, "a list of steps", 1)
      .optional()
      .describe(
        "The steps of an undo, in order; the first that fails stops it. Default: revert, with push and pull request where there is a remote.",
      ),
    checks: list(text("a command such as npm test"), "a list of commands such as [npm test]")
      .optional()
      .meta({
        description: "Commands that a rehearsal runs in its throw-away worktree.",
        default: DEFAULT_POLICY.rollback.checks,
        examples: [["npm test"]],
      }),
    keep: list(line("a pattern such as docs/**"), "a list of patterns such as [docs/**]").optional().meta({
      description:
        "Patterns of files that an undo leaves as they are, so that it never takes the record back.",
      default: DEFAULT_POLICY.rollback.keep,
    }),
  },
  "a map such as { checks: [npm test] }",
);
