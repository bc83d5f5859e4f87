import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import {
  checkProblems,
  council,
  DURATION,
  prometheus,
  signal,
  v1,
} from "../../../support/record/policyCases.ts";
import { marked } from "../../../support/record/policyText.ts";

describe("the problems of the council, the risk, the stages and the signals", () => {
  describe("in the council, the risk and the stages", () => {
    checkProblems(
      [
        ["members: [«nobody»]", "An entry of `members` must be an e-mail address such as ana@example.com."],
        [
          "members: [«Ana <ana@example.com>»]",
          "An entry of `members` must be an e-mail address such as ana@example.com.",
          "members: [ana@example.com]",
        ],
        [
          "members: [ana@example.com, «Ana@Example.com»]",
          "An entry of `members` names `Ana@Example.com` twice; remove it.",
        ],
        [
          "members: [a@x.io], quorum: «2»",
          "`council.quorum` must be at most 1, the number of members, or no drop could ever pass.",
          "members: [a@x.io], quorum: 1",
        ],
        [
          "members: [a@x.io], quorum: «0»",
          "`council.quorum` must be a whole number from 1 to 1000, not `0`.",
        ],
        [
          "members: [a@x.io], from: «higher»",
          "`council.from` must be one of low, medium, high, not `higher` (did you mean `high`?).",
          "members: [a@x.io], from: high",
        ],
        [
          "members: [a@x.io], signed: «yes»",
          "`council.signed` must be true or false, not `yes`.",
          "members: [a@x.io], signed: true",
        ],
        [
          "members: [a@x.io], signed: «'true'»",
          "`council.signed` must be true or false, not `true`.",
          "members: [a@x.io], signed: true",
        ],
        [
          "members: «[]»",
          "`council.members` must be a list of e-mail addresses such as [ana@example.com], with at least one entry, not an empty list.",
        ],
        [
          "members: «a@x.io»",
          "`council.members` must be a list of e-mail addresses such as [ana@example.com], not `a@x.io`.",
          "members: [a@x.io]",
        ],
      ],
      council,
    );
    checkProblems(
      [
        [
          "council: «{ quorum: 1 }»",
          "`council` must have `members`: a list of e-mail addresses such as [ana@example.com].",
        ],
        [
          "risk: [«{ level: low, because: x }»]",
          "An entry of `risk` must have a condition: `paths`, `lines`, `flags`, `untested` or `dependencies`.",
        ],
        [
          "risk: [{ «flags»: ['*'], level: low, because: x }]",
          "A rule on `flags` needs to know where the flags are; add `flags: { file: … }`.",
        ],
        [
          "flags: { file: f.json }\nrisk: [{ flags: [«'!a'»], level: low, because: x }]",
          "An entry of `flags` must not start with !, which would match everything else.",
        ],
        [
          "risk: [{ untested: { paths: [«./a»] }, level: low, because: x }]",
          "An entry of `paths` must not start with ./.",
          "risk: [{ untested: { paths: [a] }, level: low, because: x }]",
        ],
        [
          "risk: [{ untested: { paths: [a], within: «14 days» }, level: low, because: x }]",
          "`untested.within` must be a duration such as 30m, 2h, 1h30m, 3d or PT30M, not `14 days`.",
          "risk: [{ untested: { paths: [a], within: 14d }, level: low, because: x }]",
        ],
        [
          "risk: [{ untested: «{ within: 14d }», level: low, because: x }]",
          "`untested` must have `paths`: a list of patterns such as [src/**].",
        ],
        [
          "risk: [{ dependencies: «false», level: low, because: x }]",
          "`dependencies` must be true, not `false`.",
        ],
        [
          "risk: [{ paths: [a], «lines»: 3, level: low, because: x }]",
          "A rule has one condition, and this one has `paths` already; make `lines` a rule of its own.",
        ],
        [
          "risk: [{ paths: [«/a»], level: low, because: x }]",
          "An entry of `paths` must be relative to the repository's root.",
          "risk: [{ paths: [a], level: low, because: x }]",
        ],
        [
          "risk: [{ paths: [«'../a'»], level: low, because: x }]",
          "An entry of `paths` must stay inside the repository, without `..`.",
        ],
        [
          "risk: [{ paths: [«./a»], level: low, because: x }]",
          "An entry of `paths` must not start with ./.",
          "risk: [{ paths: [a], level: low, because: x }]",
        ],
        [
          "risk: [{ paths: «a», level: low, because: x }]",
          "`paths` must be a list of patterns such as [migrations/**], not `a`.",
          "risk: [{ paths: [a], level: low, because: x }]",
        ],
        [
          "risk: [{ lines: «0», level: low, because: x }]",
          "`lines` must be a number of changed lines from 1 to 10000000, not `0`.",
        ],
        [
          "risk: [{ lines: 1, level: «hihg», because: x }]",
          "`level` must be one of low, medium, high, not `hihg` (did you mean `high`?).",
          "risk: [{ lines: 1, level: high, because: x }]",
        ],
        [
          "risk: [«{ lines: 1, because: x }»]",
          "An entry of `risk` must have `level`: one of low, medium, high.",
        ],
        [
          "risk:\n  - «lines»: 1\n    level: low",
          "An entry of `risk` must have `because`: a text of one line, at most 100 characters, that does not start with a hyphen.",
        ],
        [
          "stages: [{ name: a }, { name: b }, { name: «a» }]",
          "`name` is taken: there is a `a` above; choose another.",
        ],
        [
          "stages: [{ name: «-a» }]",
          "`name` must be a text of one line, at most 100 characters, that does not start with a hyphen, not `-a`.",
        ],
        ["stages: [{ name: a, soak: «null» }]", `\`soak\` is empty; write ${DURATION}, or remove the key.`],
      ],
      v1,
    );
  });

  describe("in the signals and flags", () => {
    const SECRET =
      "must not hold a user name or a password, for secrets never belong in a policy; remove them.";
    const BASE = "must be the base address alone; remove what follows the ? or #, and any secret in it.";
    checkProblems(
      [
        [
          "signals: [«{ name: a }»]",
          "An entry of `signals` must have one of `prometheus`, `alertmanager`, `json`, `compare`, `burn` or `probe`, which says where it is read.",
        ],
        [
          "signals:\n  - «prometheus»: { url: http://x, query: up }\n    breach: '> 1'",
          "An entry of `signals` must have `name`: a text of one line, at most 100 characters, that does not start with a hyphen.",
        ],
        [
          "signals:\n  - { name: a, alertmanager: { url: http://x, matchers: [a=b] } }\n  - { name: «a», alertmanager: { url: http://x, matchers: [a=b] } }",
          "`name` is taken: there is a `a` above; choose another.",
        ],
        [
          "flags: { file: «/etc/passwd» }",
          "`flags.file` must be relative to the repository's root.",
          "flags: { file: etc/passwd }",
        ],
        ["flags: { file: «../x» }", "`flags.file` must stay inside the repository, without `..`."],
        [
          "flags: «{ metrics: { a: b } }»",
          "`flags` must have `file`: a path in the repository such as flags.flagd.json.",
        ],
        [
          "flags: { file: a, metrics: { b: «3» } }",
          "`flags.metrics.b` must be the name of a business metric, not `3`.",
          'flags: { file: a, metrics: { b: "3" } }',
        ],
      ],
      v1,
    );
    checkProblems(
      [
        [
          "prometheus: { url: «http://me:secret@x», query: up }, breach: '> 1'",
          `\`prometheus.url\` ${SECRET}`,
        ],
        ["prometheus: { url: «http://@x», query: up }, breach: '> 1'", `\`prometheus.url\` ${SECRET}`],
        [
          "alertmanager: { url: «'http://x/?token=secret'», matchers: [a=b] }",
          `\`alertmanager.url\` ${BASE}`,
        ],
        [
          "alertmanager: { url: «'ftp://me:secret@x'», matchers: [a=b] }",
          "`alertmanager.url` must be an address such as http://localhost:9090.",
        ],
        [
          "alertmanager: { url: «'http://'», matchers: [a=b] }",
          "`alertmanager.url` must be an address such as http://localhost:9090.",
        ],
        [
          "alertmanager: { url: «5», matchers: [a=b] }",
          "`alertmanager.url` must be an address such as http://localhost:9090, not `5`.",
        ],
        [
          "alertmanager: { url: http://x, matchers: [«checkout»] }",
          'An entry of `matchers` must be a matcher such as service="checkout", not `checkout`.',
        ],
        [
          "alertmanager: { url: http://x, matchers: [a=b] }, «breach»: '> 1'",
          "`breach` has no meaning beside `alertmanager`, whose alerts say it themselves; remove it.",
        ],
        [
          "prometheus: { url: http://x, query: up }, «alertmanager»: { url: http://x, matchers: [a=b] }, breach: '> 1'",
          "`alertmanager` cannot stand beside `prometheus`; make it a signal of its own.",
        ],
        [
          "prometheus: { url: http://x, «qury»: up }, breach: '> 1'",
          "There is no key `qury` in `prometheus` (did you mean `query`?).",
          "prometheus: { url: http://x, query: up }, breach: '> 1'",
        ],
        [
          "prometheus: { url: http://x, query: «''» }, breach: '> 1'",
          "`prometheus.query` must be a PromQL query, not an empty text.",
        ],
      ],
      signal,
    );
    const NAME = "must be the name of a secret such as prometheus, never the secret itself";
    checkProblems(
      [
        ["auth: «Bearer eyJhbGciOi»", "`prometheus.auth` must be a map such as { bearer: prometheus }."],
        ["auth: { bearer: «eyJhbGciOi» }", `\`prometheus.auth.bearer\` ${NAME}.`],
        ["auth: { basic: «'me:hunter2'» }", `\`prometheus.auth.basic\` ${NAME}.`],
        ["auth: { basic: «1234» }", `\`prometheus.auth.basic\` ${NAME}.`],
        [
          "auth: { «baerer»: prometheus }",
          "There is no key `baerer` in `prometheus.auth` (did you mean `bearer`?).",
          "auth: { bearer: prometheus }",
        ],
        [
          "auth: { bearer: a, «basic»: b }",
          "There is one way to show who asks, and here is `bearer` already; remove `basic`.",
        ],
        ["auth: «{}»", "`prometheus.auth` must have one of `bearer` or `basic`, which names a secret."],
      ],
      (text) => signal(`prometheus: { url: http://x, query: up, ${text} }, breach: '> 1'`),
    );
    const BREACH = '`breach` must be a comparison in quotes such as "> 0.02"';
    checkProblems(
      [
        ["breach: «0.02»", `${BREACH}, not \`0.02\`.`, 'breach: "> 0.02"'],
        ["breach: «'=> 2'»", `${BREACH}, not \`=> 2\`.`, "breach: '>= 2'"],
        ["breach: «'> 2%'»", `${BREACH}, not \`> 2%\`.`, "breach: '> 0.02'"],
        ["breach: «'too many'»", `${BREACH}, not \`too many\`.`],
        ["breach: '> 1', every: «0s»", "`every` must be from 1s to 1d."],
        ["breach: '> 1', every: «PT0.5S»", "`every` must be from 1s to 1d."],
        [
          "breach: '> 1', every: «15»",
          `\`every\` must be ${DURATION}, not \`15\`.`,
          "breach: '> 1', every: 15s",
        ],
        ["breach: '> 1', for: «5»", `\`for\` must be ${DURATION}, not \`5\`.`, "breach: '> 1', for: 5m"],
        [
          "breach: '> 1', then: «rolback»",
          "`then` must be one of notify, open, propose, flag, rollback, not `rolback` (did you mean `rollback`?).",
          "breach: '> 1', then: rollback",
        ],
        [
          "breach: '> 1', severity: «Major»",
          "`severity` must be one of critical, major, minor, not `Major` (did you mean `major`?).",
          "breach: '> 1', severity: major",
        ],
        ["breach: '> 1', noData: «ok»", "`noData` must be one of calm, breach, error, not `ok`."],
        ["breach: '> 1', errors: «0»", "`errors` must be a whole number from 1 to 1000, not `0`."],
      ],
      prometheus,
    );
    it("asks for a breach beside prometheus", () => {
      const { text, place } = marked(
        v1("signals: [«{ name: a, prometheus: { url: http://x, query: up } }»]"),
      );
      const [problem, ...more] = readPolicy(text).problems;
      assert.deepEqual(more, []);
      assert.equal(
        problem!.message,
        'An entry of `signals` must have `breach` beside `prometheus`, such as "> 0.02".',
      );
      assert.deepEqual(problem!.place, place);
    });
    it("never repeats a secret", () => {
      const texts = [
        "http://me:hunter2@x",
        "ftp://hunter2@x",
        "hunter2",
        "http://x/?hunter2",
        "//me:hunter2@x",
        "[hunter2]",
      ];
      for (const url of texts) {
        for (const policy of [
          signal(`prometheus: { url: '${url}', query: up }`),
          v1(`ledger: { remote: '${url}:' }`),
        ]) {
          const { problems } = readPolicy(policy);
          assert.ok(problems.length > 0, policy);
          assert.ok(!JSON.stringify(problems).includes("hunter2"), policy);
        }
      }
    });
  });
});
