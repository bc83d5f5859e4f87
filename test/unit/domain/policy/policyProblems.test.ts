import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { checkProblems, step, v1 } from "../../../support/record/policyCases.ts";
import { marked } from "../../../support/record/policyText.ts";

describe("the problems of a policy", () => {
  describe("as YAML", () => {
    checkProblems(
      [
        ["drops:\n«\t»tags: v*", "YAML does not allow tabs here; indent with spaces.", "drops:\n  tags: v*"],
        [
          "service: «*all»",
          "A text that starts with * must be in quotes, for YAML reads it as an alias.",
          'service: "*all"',
        ],
        [
          "targets: { major: &slow { detect: 1h }, minor: «*slw» }",
          "There is no anchor `&slw` above (did you mean `*slow`?); a text that starts with * must be in quotes.",
          "targets: { major: &slow { detect: 1h }, minor: *slow }",
        ],
        ["service: «@home» # why", "A text that starts with @ must be in quotes.", 'service: "@home" # why'],
        ["service: «!= 5»", "A text that starts with ! must be in quotes.", 'service: "!= 5"'],
        [
          "service: «!!binary» x",
          "A policy has no YAML tags; remove this one, or put a text that starts with ! in quotes.",
        ],
        ["service: x\n«service»: y", "The key `service` stands here twice; remove one of them."],
        [
          "targets: { major: { detect: 1h, «detect»: 2h } }",
          "The key `detect` stands here twice; remove one of them.",
        ],
        [
          "service: «x»: y",
          "A line holds one `key: value` only; put a text with a colon in quotes, or start a new line and indent it.",
        ],
        [
          "service: x\n«---»\nservice: y",
          "A policy is one YAML document; remove everything from the second `---` on.",
        ],
        [
          "warnAt: [0.5,«,»0.8]",
          "The character `,` is not expected here; remove it, or put the text in quotes.",
        ],
        [
          "«<<»: x",
          "YAML 1.2 has no merge keys (`<<`); use the alias as the whole value, or write its keys out.",
        ],
        ["«__proto__»: { polluted: true }", "`__proto__` cannot be a key; choose another name."],
        ["flags: { file: a, metrics: { «[a]»: b } }", "A key must be a plain text, not a list or a map."],
        ["«»: x", "A key is missing before the colon; write one, or remove the line."],
        ['service: "a«\\»q"', "This is no escape sequence; double the backslash, or use single quotes."],
      ],
      v1,
    );
    checkProblems([
      ["«%YAML» 1.1\n---\nversion: 1", "A policy is written in YAML 1.2; remove the %YAML line."],
      [
        "version: 1\nservice: 'x«»",
        "The text, list or map that begins before is never closed; add the missing ' at its end.",
      ],
      [
        "version: 1\nwarnAt: [0.5«»",
        "A [ or { is not closed, or what is inside is not indented enough; close it, or indent it more.",
      ],
      [
        "version: 1\n«oops»\nservice: x",
        "This is no `key: value`; a colon is missing, or the lines are not indented alike.",
      ],
    ]);
    checkProblems(
      [["breach: «> 0.02»", "A text that starts with > must be in quotes.", 'breach: "> 0.02"']],
      (text) =>
        v1(`signals:\n  - name: a\n    prometheus: { url: http://x, query: up }\n    ${text}\n    for: 5m`),
    );
    checkProblems(
      [
        [
          "run: «{{ previous.tag }}»",
          "A text that starts with {{ must be in quotes.",
          'run: "{{ previous.tag }}"',
        ],
      ],
      step,
    );
  });

  describe("in its version and keys", () => {
    checkProblems([
      [
        "version: «2»",
        "`version` is 2, which this Dropclock is too old to read; update Dropclock, or write version 1.",
      ],
      ["version: «'1'»", "`version` must be the number 1, not `1`.", "version: 1"],
      ["version: «v1»", "`version` must be the number 1, not `v1`.", "version: 1"],
      ["«verison»: 1", "There is no key `verison` in the policy (did you mean `version`?).", "version: 1"],
      [
        "# mine\n«service»: x",
        "The policy must say in which version it is written; add `version: 1`.",
        "# mine\nversion: 1\nservice: x",
      ],
      ["«{}»", "The policy must say in which version it is written; add `version: 1`."],
      ["«- version: 1»", "The policy must be a map of keys such as `version: 1`, not a list."],
      ["«version 1»", "The policy must be a map of keys such as `version: 1`, not `version 1`."],
      ["«null»", "The policy must not be `null`; empty the file for the defaults."],
    ]);
    checkProblems(
      [
        ["«targts»: {}", "There is no key `targts` in the policy (did you mean `targets`?).", "targets: {}"],
        ["«warn-at»: []", "There is no key `warn-at` in the policy (did you mean `warnAt`?).", "warnAt: []"],
        ["«zzz»: 1", "There is no key `zzz` in the policy; correct its name, or remove it."],
        ["«quorum»: 2", "There is no key `quorum` in the policy; it belongs under `council`."],
        [
          "«detect»: 1h",
          "There is no key `detect` in the policy; it belongs under `targets.critical`, `targets.major` or `targets.minor`.",
        ],
        [
          "drops: { «stages»: [] }",
          "There is no key `stages` in `drops`; it belongs at the outermost level.",
        ],
        [
          "drops: { «for»: 5m }",
          "There is no key `for` in `drops`; it belongs under `calendar` or `signals`.",
        ],
        [
          "drops: { «flags»: 5m }",
          "There is no key `flags` in `drops`; it belongs under `risk` or `rollback.steps`, or at the outermost level.",
        ],
        [
          "drops: { «nonsense»: 1 }",
          "There is no key `nonsense` in `drops`; there are `tags`, `branch` and `adoption`.",
        ],
        ["drills: { «nonsense»: 1 }", "There is no key `nonsense` in `drills`; there is `every`."],
        [
          "targets: { «criticl»: {} }",
          "There is no key `criticl` in `targets` (did you mean `critical`?).",
          "targets: { critical: {} }",
        ],
        [
          "targets: { major: { «mitgate»: 1h } }",
          "There is no key `mitgate` in `targets.major` (did you mean `mitigate`?).",
          "targets: { major: { mitigate: 1h } }",
        ],
        [
          "stages: [{ name: a, «soka»: 1h }]",
          "There is no key `soka` in an entry of `stages` (did you mean `soak`?).",
          "stages: [{ name: a, soak: 1h }]",
        ],
        ["«drops»:", '`drops` is empty; write a map such as { tags: "drop-*" }, or remove the key.'],
        ["targets: «30m»", "`targets` must be a map such as { critical: { detect: 30m } }, not `30m`."],
        [
          "«targets»:\n  - critical",
          "`targets` must be a map such as { critical: { detect: 30m } }, not a list.",
        ],
        [
          "service: «5»",
          "`service` must be a text of one line, at most 100 characters, that does not start with a hyphen, not `5`.",
          'service: "5"',
        ],
        [
          "service: «''»",
          "`service` must be a text of one line, at most 100 characters, that does not start with a hyphen, not an empty text.",
        ],
        [
          "«service»: |\n  a\n  b",
          "`service` must be a text of one line, at most 100 characters, that does not start with a hyphen.",
        ],
      ],
      v1,
    );
  });

  it("tells them all, in the order of the text", () => {
    const { problems } = readPolicy(
      v1(
        "targets: { major: { detect: x, mitigate: y } }\ndrops: { branch: -x }\nsevice: a\nwarnAt: [2]\nstages: 5",
      ),
    );
    assert.deepEqual(
      problems.map(({ place }) => [place.line, place.column]),
      [
        [2, 29],
        [2, 42],
        [3, 18],
        [4, 1],
        [5, 10],
        [6, 9],
      ],
    );
  });

  it("takes no text in another encoding, whose letters would stand garbled in documents", () => {
    const told = (bytes: Buffer) => {
      const { policy, problems } = readPolicy(bytes.toString("utf8"));
      assert.equal(policy, null);
      return problems.map(({ message, place }) => [message, place.line, place.column]);
    };
    const message = "This is no UTF-8 text; save the policy as UTF-8.";
    assert.deepEqual(told(Buffer.from("version: 1\nservice: Gebühren\n", "latin1")), [[message, 2, 13]]);
    assert.deepEqual(told(Buffer.from("\ufeffversion: 1\n", "utf16le")), [[message, 1, 1]]);
    assert.deepEqual(told(Buffer.from("version: 1\n", "utf16le")), [[message, 1, 2]]);
  });

  it("counts columns as editors do: in UTF-16 units, without a byte order mark", () => {
    const { text, place } = marked("version: 1\r\nservice: '😀' \r\ndrops: { tags: v*, «bransh»: 'é😀' }");
    for (const each of [text, `\ufeff${text}`]) assert.deepEqual(readPolicy(each).problems[0]!.place, place);
    assert.equal(readPolicy("\ufeff[").problems[0]!.place.column, 2);
  });
});
