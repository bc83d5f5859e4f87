import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { SECRET_EXPECTED } from "../../../../src/domain/policy/schemaParts.ts";
import { checkProblems, v1 } from "../../../support/record/policyCases.ts";

const channel = (text: string) => v1(`updates:\n  channels:\n    - ${text}`);
const named = (text: string) => channel(`{ name: a, ${text} }`);
const webhook = (text: string) => named(`webhook: { ${text} }`);

describe("the channels of customer updates", () => {
  it("are read with their defaults", () => {
    const { policy, problems } = readPolicy(
      channel(
        [
          "{ name: a, slack: { secret: slack } }",
          "{ name: b, webhook: { url: 'http://localhost:8080/hook' } }",
          "{ name: c, github: { repository: acme/check.out, issue: 7, secret: github } }",
          "{ name: d, clipboard: true }",
        ].join("\n    - "),
      ),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(policy!.updates, {
      every: 3_600_000,
      channels: [
        { name: "a", kind: "slack", secret: "slack" },
        { name: "b", kind: "webhook", url: "http://localhost:8080/hook", secret: null, body: null },
        {
          name: "c",
          kind: "github",
          repository: "acme/check.out",
          issue: 7,
          secret: "github",
          api: "https://api.github.com",
        },
        { name: "d", kind: "clipboard" },
      ],
    });
  });

  describe("name secrets and hold none", () => {
    checkProblems(
      [
        [
          "slack: { secret: «https://hooks.example.com/T0/B0/x» }",
          `\`slack.secret\` must be ${SECRET_EXPECTED}.`,
        ],
        ["slack: { secret: «AWS_SECRET_ACCESS_KEY» }", `\`slack.secret\` must be ${SECRET_EXPECTED}.`],
        [
          "slack: { «url»: x, secret: a }",
          "There is no key `url` in `slack`; it belongs under `updates.channels.webhook`, `handover.webhook`, `signals.prometheus` or `signals.alertmanager`, among others.",
        ],
      ],
      named,
    );
    checkProblems(
      [
        [
          "url: «'https://ana:pw@status.example.com/'»",
          "`webhook.url` must not hold a user name or a password; name the secret as `secret`.",
        ],
        [
          "url: «'https://status.example.com/?token=1'»",
          "`webhook.url` must end before the ? or #; name a secret in it as `secret`.",
        ],
        [
          "url: «'http://status.example.com/'»",
          "`webhook.url` must be https, so that nobody reads along or answers in its place.",
        ],
        [
          "url: «'https://'»",
          "`webhook.url` must be an address such as https://status.example.com/api/updates.",
        ],
      ],
      webhook,
    );
  });

  describe("go one way each", () => {
    checkProblems(
      [
        [
          "«{ name: a }»",
          "An entry of `channels` must have a way to go: `slack`, `webhook`, `github` or `clipboard`.",
        ],
        [
          "{ name: a, slack: { secret: a }, «clipboard»: true }",
          "A channel goes one way, and this one has `slack` already; make `clipboard` a channel of its own.",
        ],
        [
          "{ name: a, clipboard: «false» }",
          "`clipboard` must be true; without it, remove the channel.",
          "{ name: a, clipboard: true }",
        ],
        [
          "{ name: a, clipboard: true }\n    - { name: «a», clipboard: true }",
          "`name` is taken: there is a `a` above; choose another.",
        ],
        [
          "{ name: a, github: { repository: «checkout», issue: 1, secret: a } }",
          "`github.repository` must be a repository such as acme/checkout, not `checkout`.",
        ],
        [
          "{ name: a, github: { repository: acme/checkout, issue: «0», secret: a } }",
          "`github.issue` must be the number of an issue from 1 to 1000000000, not `0`.",
        ],
      ],
      channel,
    );
  });
});
