import type * as z from "zod";
import { writeDuration } from "../time/duration.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { readTarget } from "./notation.ts";
import { type Channel, DEFAULT_POLICY, type Handover, type HandoverMoment, type Policy } from "./policy.ts";
import {
  durationOrNull,
  GITHUB_API,
  line,
  list,
  name,
  oneOf,
  secretName,
  section,
  text,
  wholeNumber,
  yesOrNo,
} from "./schemaParts.ts";
import { checkUnique } from "./signals.ts";

type UpdatesInput = z.infer<typeof updates>;
type ChannelInput = NonNullable<UpdatesInput["channels"]>[number];

export function compileUpdates({ every, channels = [] }: UpdatesInput, report: Report): Policy["updates"] {
  checkUnique(channels, ["updates", "channels"], report);
  return {
    every: readEvery(every, report),
    channels: channels.flatMap((channel, i) => compileWay(channel, ["updates", "channels", i], report) ?? []),
  };
}

function readEvery(text: string | null | undefined, report: Report): number | null {
  if (text === undefined) return DEFAULT_POLICY.updates.every;
  return text === null ? null : readTarget(text, ["updates", "every"], report);
}

/** @param ways Those that may be taken. */
function compileWay(
  input: ChannelInput,
  path: PolicyPath,
  report: Report,
  ways: readonly (typeof CHANNEL_KINDS)[number][] = CHANNEL_KINDS,
): Channel | null {
  const kinds = ways.filter((kind) => input[kind] !== undefined);
  if (kinds.length === 0) report(faultAt(path, `must have a way to go: ${enumerate(ways, "or")}`));
  for (const kind of kinds.slice(1)) {
    const message = `A channel goes one way, and this one has \`${kinds[0]}\` already; make \`${kind}\` a channel of its own.`;
    report({ path: [...path, kind], on: "key", message });
  }
  const { name, slack, webhook, github, clipboard } = input;
  if (slack) return { name, kind: "slack", secret: slack.secret };
  if (webhook) {
    checkAddress(webhook.url, [...path, "webhook", "url"], report);
    const { url, secret = null, body = null, scheme } = webhook;
    return { name, kind: "webhook", url, secret, body, ...(scheme === undefined ? {} : { scheme }) };
  }
  if (github) {
    const { repository, issue, secret, api = GITHUB_API } = github;
    checkAddress(api, [...path, "github", "api"], report);
    return { name, kind: "github", repository, issue, secret, api };
  }
  if (clipboard === false)
    report(faultAt([...path, "clipboard"], "must be true; without it, remove the channel", true));
  return clipboard ? { name, kind: "clipboard" } : null;
}

// The address itself is never repeated in a message: messages go to logs and terminals.
function checkAddress(text: string, path: PolicyPath, report: Report): void {
  if (!URL.canParse(text)) {
    report(faultAt(path, "must be an address such as https://status.example.com/api/updates"));
    return;
  }
  const { protocol, username, password, hostname } = new URL(text);
  if (username !== "" || password !== "") {
    report(faultAt(path, "must not hold a user name or a password; name the secret as `secret`"));
  } else if (/[?#]/.test(text)) {
    report(faultAt(path, "must end before the ? or #; name a secret in it as `secret`"));
  } else if (protocol === "http:" && !isLoopback(hostname)) {
    report(faultAt(path, "must be https, so that nobody reads along or answers in its place"));
  }
}

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** The kinds of channel. Each channel has exactly one of these keys. */
const CHANNEL_KINDS = ["slack", "webhook", "github", "clipboard"] as const;

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
    scheme: line("the word before the secret in the header, such as GenieKey", 40)
      .regex(/^[A-Za-z][\w-]*$/, { error: "the word before the secret in the header, such as GenieKey" })
      .optional()
      .meta({
        description: "The word before the secret in the header `Authorization`. Default: Bearer.",
        examples: ["GenieKey", "Token"],
      }),
    body: text('a JSON text such as { "text": {{ text }} }', 5000)
      .optional()
      .meta({
        description:
          "The JSON that is posted, as a Liquid template; each value is written as JSON. An update may name text, status, title, service, number, incident, at and key; a handover event, title, severity, service, incident, drop, clock, due, at, link, key and secret, which then goes into no header. Default: all but the secret.",
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

/** What a pager or a chat may be told of. */
const HANDOVER_MOMENTS = ["opened", "breached", "undone"] as const satisfies readonly HandoverMoment[];

const WAYS = ["webhook", "slack"] as const;

export const handover = list(
  section(
    {
      on: list(oneOf(HANDOVER_MOMENTS), "a list of opened, breached and undone", 1).meta({
        description:
          "Of what it is told: an incident was opened, a clock was breached, a drop was rolled back. Each once, and none of tests and drills.",
        examples: [["opened", "breached", "undone"]],
      }),
      webhook: webhook.optional().describe("Posts JSON of any form to an address."),
      slack: slack.optional().describe("Posts to an incoming webhook that takes what Slack's take."),
    },
    `a map with \`on\` and one of ${WAYS.join(", ")}`,
  ).meta({ oneOf: WAYS.map((key) => ({ required: [key] })) }),
  "a list such as [{ on: [opened], webhook: { url: https://events.example.com/in } }]",
);

type HandoverInput = z.infer<typeof handover>;

export const compileHandover = (input: HandoverInput, report: Report): Handover[] =>
  input.flatMap(({ on, ...way }, i) => {
    const path: PolicyPath = ["handover", i];
    const channel = compileWay({ name: `handover ${i + 1}`, ...way }, path, report, WAYS);
    return channel === null || !isPosted(channel) ? [] : [{ on: [...new Set(on)], channel }];
  });

const isPosted = (channel: Channel): channel is Handover["channel"] =>
  channel.kind === "webhook" || channel.kind === "slack";
