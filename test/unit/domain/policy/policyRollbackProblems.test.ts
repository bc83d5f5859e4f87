import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import {
  type Case,
  checkProblems,
  documents,
  step,
  VARIABLES,
  v1,
} from "../../../support/record/policyCases.ts";

describe("the problems of the rollback and the documents", () => {
  describe("in the rollback", () => {
    checkProblems(
      [
        ["«{}»", "An entry of `steps` must have one of flags, revert, run, verify."],
        [
          "«reboot»",
          "An entry of `steps` must be a map with one of flags, revert, run, verify, not `reboot`.",
        ],
        [
          "«revrt»: {}",
          "There is no key `revrt` in an entry of `steps` (did you mean `revert`?).",
          "revert: {}",
        ],
        [
          "«run»: a\n      revert: {}",
          "A step does one thing, and this one has `revert` already; make `run` a step of its own.",
        ],
        [
          "revert: {}\n    - «revert»: {}",
          "There is a `revert` above, and a drop is reverted once; remove this step.",
        ],
        [
          "revert: { push: false, pullRequest: «true» }",
          "`revert.pullRequest` needs `push: true`, for a pull request is made from a pushed branch.",
          "revert: { push: false, pullRequest: false }",
        ],
        [
          "revert: { push: «on» }",
          "`revert.push` must be true or false, not `on`.",
          "revert: { push: true }",
        ],
        ["«flags»: [x]", "A `flags` step needs `flags.file`, which says where the flags are; add it."],
        [
          "verify: [«x»]",
          "An entry of `verify` must name a signal of this policy; there is none under `signals`.",
        ],
        ["run: «''»", "`run` must be a command such as ./deploy.sh {{ previous.tag }}, not an empty text."],
        [
          "run: «deploy {{ secrets.token }}»",
          `\`run\` names a variable that does not exist; there are ${VARIABLES}.`,
        ],
        [
          "run: «deploy {{ previous.tag }»",
          "`run` has {{ without }}, or the other way round; close each of them.",
        ],
        [
          "run: «deploy {{ previous.tag | upcase }}»",
          `\`run\` names a variable that does not exist; there are ${VARIABLES}.`,
        ],
        ["run: «deploy {% include 'x' %}»", "`run` may hold {{ variables }}, but no {% tags %}."],
      ],
      step,
    );
    checkProblems(
      [
        [
          "run: «'deploy {{ previos.tag }} {{branch}}'»",
          `\`run\` names a variable that does not exist (did you mean {{ previous.tag }}?); there are ${VARIABLES}.`,
          "run: 'deploy {{ previous.tag }} {{branch}}'",
        ],
      ],
      step,
    );
    checkProblems(
      [
        [
          "verify: [«checkout error»]",
          "An entry of `verify` must name a signal of this policy (did you mean `checkout errors`?).",
          "verify: [checkout errors]",
        ],
        [
          "verify: [checkout errors, «checkout errors»]",
          "An entry of `verify` stands here twice; remove it.",
        ],
      ],
      (text) =>
        step(
          `${text}\nsignals: [{ name: checkout errors, alertmanager: { url: http://x, matchers: [a=b] } }]`,
        ),
    );
    checkProblems(
      [
        [
          "rollback: { steps: «[]» }",
          "`rollback.steps` must be a list of steps, with at least one entry, not an empty list.",
        ],
        [
          "rollback: { keep: [«'!docs/**'»] }",
          "An entry of `keep` must not start with !, which would match everything else.",
        ],
        [
          "rollback: { checks: «npm test» }",
          "`rollback.checks` must be a list of commands such as [npm test], not `npm test`.",
          "rollback: { checks: [npm test] }",
        ],
      ],
      v1,
    );
    it("does not blame a step for what is wrong in the section that it refers to", () => {
      const text = v1(
        "signals: [{ name: a }, 5]\nflags: 3\nrollback: { steps: [{ verify: [b] }, { flags: [c] }] }",
      );
      const { problems } = readPolicy(text);
      assert.deepEqual(
        problems.map(({ place }) => place.line),
        [2, 3],
      );
    });
  });

  describe("in the paths of documents", () => {
    const own = (path: string, complaint: string, replacement?: string): Case =>
      replacement === undefined
        ? [`runbooks: «'${path}'»`, `\`documents.runbooks\` ${complaint}.`]
        : [`runbooks: «'${path}'»`, `\`documents.runbooks\` ${complaint}.`, `runbooks: '${replacement}'`];
    const SYSTEMS = 'must not have any of : * ? " < > | { }, which not every system allows';
    checkProblems(
      [
        own("/tmp/x", "must be relative to the repository's root", "tmp/x"),
        own("//x", "must be relative to the repository's root", "x"),
        own("~/x", "must be relative to the repository's root"),
        own("C:/x", "must be relative to the repository's root"),
        own("a/b:c", SYSTEMS),
        own("a\\b", "must have slashes, not backslashes", "a/b"),
        own("..\\b", "must have slashes, not backslashes"),
        own("../x", "must stay inside the repository, without `..`"),
        own("a/../../x", "must stay inside the repository, without `..`"),
        own(".git/hooks", "must not be inside `.git`"),
        own("a/.GIT/x", "must not be inside `.git`"),
        own("./.git. /x", "must not be inside `.git`"),
        own("git~1/x", "must not be inside `.git`"),
        own(".", "must name something inside the repository, not its root"),
        own("./", "must name something inside the repository, not its root"),
        own("a*", SYSTEMS),
        own("-x", "must not start with -, !, # or ~, for programs would read it as something else"),
        [
          "public: «docs»",
          "`documents.public` would put `postmortems` (docs/postmortems) among the public pages; choose a folder apart.",
        ],
        [
          "postmortems: «public/incidents/internal»",
          "`documents.postmortems` would put `postmortems` (public/incidents/internal) among the public pages; choose a folder apart.",
        ],
        [
          "changelog: «docs»",
          "`documents.changelog` must be a file apart from `postmortems` (docs/postmortems).",
        ],
      ],
      documents,
    );
  });
});
