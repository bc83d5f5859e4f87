import * as z from "zod";
import { writeDuration } from "../time/duration.ts";
import { changelog, documents } from "./documents.ts";
import { DEFAULT_POLICY, POLICY_PATH, RISK_LEVELS } from "./policy.ts";
import { riskRule } from "./risk.ts";
import { rollback } from "./rollback.ts";
import {
  COUNCIL_DEFAULTS,
  duration,
  durationOrNull,
  line,
  list,
  name,
  oneOf,
  oneOrMore,
  STAGE_DEFAULTS,
  section,
  wholeNumber,
  yesOrNo,
} from "./schemaParts.ts";
import { signal } from "./signals.ts";
import { calendar, targets } from "./targets.ts";
import { handover, updates } from "./updates.ts";

/** The JSON Schema with which editors complete and explain the policy. The build writes media/policy.schema.json. */
export function policyJsonSchema(): object {
  const schema = policySchema.meta({
    title: "Dropclock policy",
    description: `The service level agreement and the release rules of a repository, kept in ${POLICY_PATH}.`,
    examples: [{ version: 1, targets: { critical: { detect: "30m", mitigate: "2h" } } }],
  });
  return z.toJSONSchema(schema, { target: "draft-7", io: "input" });
}

const defaults = DEFAULT_POLICY;

const TAGS_EXPECTED = "a pattern for tag names such as drop-*";
const BRANCH_EXPECTED = "the name of a branch such as main";

const drops = section(
  {
    tags: oneOrMore(line(TAGS_EXPECTED), `${TAGS_EXPECTED}, or a list of them`)
      .optional()
      .meta({
        description:
          "Patterns on tag names, as git tag --list takes them, with braces; in a list, ! takes away. Each matching tag marks a micro-drop.",
        default: defaults.drops.tags[0],
        examples: ["drop-*", "v*", "release/*", ["v*", "!*-rc*"]],
      }),
    branch: oneOrMore(line(BRANCH_EXPECTED), `${BRANCH_EXPECTED}, or a list of patterns`)
      .optional()
      .meta({
        description:
          "The branch that drops are released from, or a list of patterns on branches: a drop belongs to the first that holds it. Default: the remote's default branch, else the current one.",
        examples: ["main", ["main", "release-*"]],
      }),
    adoption: wholeNumber(1, 100).optional().meta({
      description: "How many of the newest drops the scorecard judges.",
      default: defaults.drops.adoption,
    }),
  },
  'a map such as { tags: "drop-*" }',
);

const share = z.number({ error: "a share between 0 and 1 such as 0.8" });

const council = section(
  {
    members: list(
      line("an e-mail address such as ana@example.com"),
      "a list of e-mail addresses such as [ana@example.com]",
      1,
    ).meta({
      description: "The people who may approve, by the e-mail address that git knows them by.",
      examples: [["ana@example.com", "bo@example.com", "cy@example.com"]],
    }),
    quorum: wholeNumber(1, 1000)
      .optional()
      .meta({
        description: "How many of the members must approve. Default: 2, or all of a smaller council.",
        examples: [COUNCIL_DEFAULTS.quorum],
      }),
    from: oneOf(RISK_LEVELS).optional().meta({
      description: "The risk from which on a drop needs the council.",
      default: COUNCIL_DEFAULTS.from,
    }),
    signed: yesOrNo().optional().meta({
      description: "Count only approvals that carry a signature which `git verify-commit` accepts.",
      default: COUNCIL_DEFAULTS.signed,
    }),
  },
  "a map such as { members: [ana@example.com], quorum: 1 }",
);

const stage = section(
  {
    name: name().meta({ description: "The name of the stage.", examples: ["testbed", "broad"] }),
    soak: duration()
      .optional()
      .meta({
        description: "How long a drop must have been in this stage before it may enter the next.",
        default: writeDuration(STAGE_DEFAULTS.soak),
        examples: ["30m", "1d"],
      }),
  },
  "a map such as { name: testbed, soak: 30m }",
);

const flags = section(
  {
    file: line("a path in the repository such as flags.flagd.json").meta({
      description: "The OpenFeature flagd definition, relative to the repository's root.",
      examples: ["flags.flagd.json"],
    }),
    metrics: z
      .record(z.string().regex(/\S/, { error: "the key of a flag" }), name("the name of a business metric"), {
        error: "a map such as { new-checkout: checkout_conversion }",
      })
      .optional()
      .meta({
        description: "The business metric that each flag moves, by the flag's key.",
        examples: [{ "new-checkout": "checkout_conversion" }],
      }),
  },
  "a map such as { file: flags.flagd.json }",
);

const every = (description: string, fallback: number | null) =>
  durationOrNull("never").meta({
    description,
    default: fallback === null ? null : writeDuration(fallback),
    examples: ["30m", "1h", "90d", null],
  });

const ledger = section(
  {
    remote: line("the name of a remote such as origin, or null to share with nobody")
      .nullable()
      .optional()
      .meta({
        description:
          "Null never shares the ledger. A name may only be that of the remote that the clone goes by anyway.",
        default: "origin",
      }),
    sync: duration()
      .optional()
      .meta({
        description: "How often to look at the remote while an incident is open, from 1s to 1d.",
        default: writeDuration(defaults.ledger.sync),
      }),
  },
  "a map such as { remote: origin, sync: 15s }",
);

/** `.dropclock/policy.yaml` as people write it. What JSON Schema cannot say is checked by `compilePolicy`. */
const PUBLIC_ADDRESS = "an address such as https://status.example.com/incidents/";

export const policySchema = section(
  {
    version: z.literal(1, { error: "the number 1" }).describe("The version of this notation: 1."),
    service: name()
      .optional()
      .meta({
        description: "The name of the service, as it stands in documents and customer updates.",
        examples: ["Checkout"],
      }),
    drops: drops.optional().describe("What counts as a micro-drop: which tags, on which branch."),
    targets: targets
      .optional()
      .describe("The service level agreement: how long each pillar of an incident may take, by severity."),
    warnAt: list(share, "a list of shares such as [0.5, 0.8]").optional().meta({
      description: "Shares of a target at which people are warned, once each; between 0 and 1, ascending.",
      default: defaults.warnAt,
    }),
    calendar: calendar.optional().meta({
      description: "When the clocks run: `always`, or only inside working hours.",
      default: "always",
    }),
    updates: updates
      .optional()
      .describe("Customer updates: how often while an incident is open, and where they can be sent."),
    handover: handover
      .optional()
      .describe(
        "Where a pager or a chat is told that something happened. Secrets are only named. Default: nowhere.",
      ),
    council: council
      .optional()
      .describe("The release council: whose approval a risky drop needs. Default: nobody's."),
    risk: list(riskRule, "a list of rules")
      .optional()
      .describe(
        "Rules that raise the risk of a drop; each has one condition (`paths`, `lines`, `flags`, `untested` or `dependencies`), a level and a reason.",
      ),
    stages: list(stage, "a list of stages such as [{ name: testbed, soak: 30m }]")
      .optional()
      .describe("Exposure, in order: a drop may enter a stage once it has soaked in the one before."),
    signals: list(signal, "a list of signals")
      .optional()
      .describe("What tells during the watch window whether the drop does harm."),
    flags: flags.optional().describe("The feature flags of the service, which an undo can switch off."),
    rollback: rollback
      .optional()
      .describe("How a drop is taken back: the steps, the checks of a rehearsal, what stays."),
    drills: section(
      {
        every: every("How often an undo must be drilled; null for never.", defaults.drills.every).optional(),
      },
      "a map such as { every: 90d }",
    )
      .optional()
      .describe("Drills: recorded rehearsals of the undo."),
    documents: documents.optional().describe("Where the documents are written."),
    publish: section(
      {
        url: line(PUBLIC_ADDRESS, 500)
          .regex(/^https?:\/\//, { error: PUBLIC_ADDRESS })
          .optional()
          .meta({
            description:
              "Where the public pages can be read, so that feeds name them by their whole addresses.",
            examples: ["https://status.example.com/incidents/"],
          }),
      },
      "a map such as { url: https://status.example.com/incidents/ }",
    )
      .optional()
      .describe("The public record of incidents, as `dropclock publish` writes it."),
    changelog: changelog
      .optional()
      .describe("What the changelog leaves out, what its sections are called, and whether it names authors."),
    ledger: ledger.optional().describe("How the record of every event is shared."),
  },
  "a map of keys such as `version: 1`",
);

export type PolicyInput = z.infer<typeof policySchema>;
