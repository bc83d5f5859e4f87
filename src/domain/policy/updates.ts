import { writeDuration } from "../time/duration.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { GITHUB_API } from "./policyItemDefaults.ts";
import {
  durationOrNull,
  line,
  list,
  name,
  secretName,
  section,
  text,
  wholeNumber,
  yesOrNo,
} from "./schemaParts.ts";

/** The ways that a channel may go. Each channel has exactly one of these keys. */
export const CHANNEL_KINDS = ["slack", "webhook", "github", "clipboard"] as const;

const ADDRESS = "an address such as https://status.example.com/api/updates";
const REPOSITORY = "a repository such as acme/checkout";

const secret = (description: string, example: string) =>
  secretName().meta({ description, examples: [example] });

const address = (description: string, example: string) =>
  line(ADDRESS, 500)
    .regex(/^https?:\/\//, { error: ADDRESS })
    .meta({ description, examples: [example] });

const slack = section(
  {
    secret: secret(
      "The name of the secret that holds the webhook's whole address: whoever knows it can post.",
      "slack-webhook",
    ),
  },
  "a map such as { secret: slack-webhook }",
);

const webhook = section(
  {
    url: address(
      "Where it is posted, without user name, password or query.",
      "https://status.example.com/api/updates",
    ),
    secret: secret(
      "The name of a secret that goes along as `Authorization: Bearer`.",
      "status-page",
    ).optional(),
    body: text('a JSON text such as { "text": {{ text }} }', 5000)
      .optional()
      .meta({
        description:
          "The JSON that is posted, as a Liquid template; each value is written as JSON. It may name text, status, title, service, number, incident, at and key. Default: all of them.",
        examples: ['{ "state": {{ status }}, "message": {{ text }} }'],
      }),
  },
  "a map with `url`, and perhaps `secret` and `body`",
);

const github = section(
  {
    repository: line(REPOSITORY, 140)
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/, { error: REPOSITORY })
      .meta({ description: "The repository, with its owner.", examples: ["acme/checkout"] }),
    issue: wholeNumber(1, 1_000_000_000, "the number of an issue").meta({
      description: "The number of the issue that gets a comment.",
      examples: [42],
    }),
    secret: secret("The name of the secret that holds a token which may comment on issues.", "github"),
    api: address("Where GitHub's API is; for a server of one's own.", "https://github.example.com/api/v3")
      .optional()
      .meta({ default: GITHUB_API }),
  },
  "a map with `repository`, `issue` and `secret`",
);

const channel = section(
  {
    name: name().meta({
      description: "The name of the channel, as people see it.",
      examples: ["status channel"],
    }),
    slack: slack.optional().describe("Posts to an incoming webhook that takes what Slack's take."),
    webhook: webhook.optional().describe("Posts JSON of any form to an address."),
    github: github.optional().describe("Comments on an issue at GitHub."),
    clipboard: yesOrNo()
      .optional()
      .meta({ description: "Copies the text, to be pasted where people read it." }),
  },
  `a map with \`name\` and one of ${CHANNEL_KINDS.join(", ")}`,
).meta({ oneOf: CHANNEL_KINDS.map((key) => ({ required: [key] })) });

const { every } = DEFAULT_POLICY.updates;

export const updates = section(
  {
    every: durationOrNull("never")
      .meta({
        description: "How often customers get an update while an incident is open; null for never.",
        default: every === null ? null : writeDuration(every),
        examples: ["30m", "1h", null],
      })
      .optional(),
    channels: list(channel, "a list of channels")
      .optional()
      .describe("Where an update can be sent, each after somebody has confirmed it. Secrets are only named."),
  },
  "a map such as { every: 1h }",
);
