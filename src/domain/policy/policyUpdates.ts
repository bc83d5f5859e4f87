import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { readTarget } from "./policyDurations.ts";
import { GITHUB_API } from "./policyItemDefaults.ts";
import type { PolicyInput } from "./schema.ts";
import { checkUnique } from "./signals.ts";
import type { Channel } from "./updateChannel.ts";
import { CHANNEL_KINDS } from "./updates.ts";

type UpdatesInput = NonNullable<PolicyInput["updates"]>;
type ChannelInput = NonNullable<UpdatesInput["channels"]>[number];

export function compileUpdates({ every, channels = [] }: UpdatesInput, report: Report): Policy["updates"] {
  checkUnique(channels, ["updates", "channels"], report);
  return {
    every: readEvery(every, report),
    channels: channels.flatMap(
      (channel, i) => compileChannel(channel, ["updates", "channels", i], report) ?? [],
    ),
  };
}

function readEvery(text: string | null | undefined, report: Report): number | null {
  if (text === undefined) return DEFAULT_POLICY.updates.every;
  return text === null ? null : readTarget(text, ["updates", "every"], report);
}

function compileChannel(input: ChannelInput, path: PolicyPath, report: Report): Channel | null {
  const kinds = CHANNEL_KINDS.filter((kind) => input[kind] !== undefined);
  if (kinds.length === 0) report(faultAt(path, `must have a way to go: ${enumerate(CHANNEL_KINDS, "or")}`));
  for (const kind of kinds.slice(1)) {
    const message = `A channel goes one way, and this one has \`${kinds[0]}\` already; make \`${kind}\` a channel of its own.`;
    report({ path: [...path, kind], on: "key", message });
  }
  const { name, slack, webhook, github, clipboard } = input;
  if (slack) return { name, kind: "slack", secret: slack.secret };
  if (webhook) {
    checkAddress(webhook.url, [...path, "webhook", "url"], report);
    const { url, secret = null, body = null } = webhook;
    return { name, kind: "webhook", url, secret, body };
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
