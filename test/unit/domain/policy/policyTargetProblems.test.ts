import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import {
  type Case,
  calendar,
  checkProblems,
  DURATION,
  HYPHEN,
  hours,
  TARGET,
  v1,
} from "../../../support/record/policyCases.ts";

describe("the problems of drops, targets and the calendar", () => {
  describe("in drops and the ledger", () => {
    checkProblems(
      [
        ["drops: { tags: «--output=x» }", `\`drops.tags\` ${HYPHEN}`],
        [
          "drops: { tags: «a b» }",
          "`drops.tags` must be a pattern for tag names: no spaces, `..`, or any of ~ ^ : outside of brackets.",
        ],
        [
          "drops: { tags: «refs/tags/v*» }",
          "`drops.tags` must match the short name of a tag, without `refs/tags/`.",
          "drops: { tags: v* }",
        ],
        [
          'drops: { tags: «"!v*"» }',
          "`drops.tags` must not start with !, which would match everything else.",
        ],
        [
          'drops: { tags: ["v*", «"!v 1"»] }',
          "An entry of `tags` must be a pattern for tag names: no spaces, `..`, or any of ~ ^ : outside of brackets.",
        ],
        [
          'drops: { tags: ["v*", «"!refs/tags/v1"»] }',
          "An entry of `tags` must match the short name of a tag, without `refs/tags/`.",
          'drops: { tags: ["v*", "!v1"] }',
        ],
        [
          'drops: { tags: «["!v*"]» }',
          "`drops.tags` must have a pattern that does not start with !, or nothing would match.",
        ],
        [
          "drops: { tags: «[]» }",
          "`drops.tags` must be a pattern for tag names such as drop-*, or a list of them, with at least one entry, not an empty list.",
        ],
        [
          "drops: { tags: «5» }",
          "`drops.tags` must be a pattern for tag names such as drop-*, or a list of them, not `5`.",
        ],
        [
          'drops: { branch: [main, «"release 1"»] }',
          "An entry of `branch` must be a pattern for branch names: no spaces, `..`, or any of ~ ^ : outside of brackets.",
        ],
        [
          "drops: { branch: [«refs/heads/main»] }",
          "An entry of `branch` must be the short name, without `refs/`.",
          "drops: { branch: [main] }",
        ],
        ['drops: { tags: «"v[1"» }', "`drops.tags` must close each [ and { that it opens."],
        ['drops: { tags: «"v{1,2"» }', "`drops.tags` must close each [ and { that it opens."],
        ["drops: { branch: «-x» }", `\`drops.branch\` ${HYPHEN}`],
        [
          "drops: { branch: «refs/heads/main» }",
          "`drops.branch` must be the short name, without `refs/`.",
          "drops: { branch: main }",
        ],
        ...[
          "a..b",
          "a b",
          "a~1",
          "/a",
          "a/",
          "a//b",
          ".a",
          "a/.b",
          "a.lock",
          "a.",
          "@",
          "a@{1}",
          "a*",
          "a\\b",
        ].map(
          (name): Case => [
            `drops: { branch: «'${name}'» }`,
            "`drops.branch` must be a name that git allows: no spaces, `..`, or any of ~ ^ : ? * [ \\.",
          ],
        ),
        ["drops: { adoption: «0» }", "`drops.adoption` must be a whole number from 1 to 100, not `0`."],
        [
          "drops: { adoption: «'4'» }",
          "`drops.adoption` must be a whole number from 1 to 100, not `4`.",
          "drops: { adoption: 4 }",
        ],
        ["drops: { adoption: «2.5» }", "`drops.adoption` must be a whole number from 1 to 100, not `2.5`."],
        ["ledger: { remote: «-x» }", `\`ledger.remote\` ${HYPHEN}`],
        [
          "ledger: { remote: «'https://me:secret@x/y.git'» }",
          "`ledger.remote` must be the name of a git remote such as origin, not an address.",
        ],
        [
          "ledger: { remote: «../elsewhere» }",
          "`ledger.remote` must be the name of a git remote such as origin, not an address.",
        ],
        [
          "ledger: { remote: «a b» }",
          "`ledger.remote` must be a name that git allows: no spaces, `..`, or any of ~ ^ : ? * [ \\.",
        ],
        ["ledger: { sync: «0s» }", "`ledger.sync` must be from 1s to 1d."],
        ["ledger: { sync: «2d» }", "`ledger.sync` must be from 1s to 1d."],
        [
          "ledger: { sync: «15» }",
          `\`ledger.sync\` must be ${DURATION}, not \`15\`.`,
          "ledger: { sync: 15s }",
        ],
      ],
      v1,
    );
  });

  describe("in durations and shares", () => {
    checkProblems(
      [
        ["«soon»", `${TARGET}, not \`soon\`.`],
        ["«30 min»", `${TARGET}, not \`30 min\`.`, "30m"],
        ["«'1.5 hours'»", `${TARGET}, not \`1.5 hours\`.`, "'1h30m'"],
        ["«1 day and 2 hours»", `${TARGET}, not \`1 day and 2 hours\`.`, "1d2h"],
        ["«2 months»", `${TARGET}, not \`2 months\`.`],
        ["«pt30m»", `${TARGET}, not \`pt30m\`.`, "PT30M"],
        ["«90»", `${TARGET}, not \`90\`.`, "90m"],
        ["«'90'»", `${TARGET}, not \`90\`.`, "'90m'"],
        ["«[1h]»", `${TARGET}, not a list.`],
        ["«true»", `${TARGET}, not \`true\`.`],
        ["«0m»", "`targets.minor.detect` must be longer than zero; write null for none."],
        ["«PT0S»", "`targets.minor.detect` must be longer than zero; write null for none."],
        ["«9999w»", "`targets.minor.detect` must be at most ten years (3650d)."],
      ],
      (text) => v1(`targets: { minor: { detect: ${text} } }`),
    );
    checkProblems(
      [
        ["updates: { every: «0h» }", "`updates.every` must be longer than zero; write null for none."],
        ["drills: { every: «0d» }", "`drills.every` must be longer than zero; write null for none."],
        [
          "drills: { every: «yearly» }",
          `\`drills.every\` must be ${DURATION}, or null for never, not \`yearly\`.`,
        ],
        ["warnAt: [«0»]", "An entry of `warnAt` must be a share between 0 and 1, such as 0.8 for 80 %."],
        [
          "warnAt: [0.5, «80»]",
          "An entry of `warnAt` must be a share between 0 and 1, such as 0.8 for 80 %.",
          "warnAt: [0.5, 0.8]",
        ],
        [
          "warnAt: [0.5, «1.8»]",
          "An entry of `warnAt` must be a share between 0 and 1, such as 0.8 for 80 %.",
        ],
        ["warnAt: [«1»]", "An entry of `warnAt` must be a share between 0 and 1, such as 0.8 for 80 %."],
        [
          "warnAt: [«50%»]",
          "An entry of `warnAt` must be a share between 0 and 1 such as 0.8, not `50%`.",
          "warnAt: [0.5]",
        ],
        ["warnAt: [«.nan»]", "An entry of `warnAt` must be a share between 0 and 1 such as 0.8, not `NaN`."],
        ["warnAt: «[0.8, 0.5]»", "`warnAt` must ascend, each share once.", "warnAt: [0.5, 0.8]"],
        ["warnAt: «[0.5, 0.5]»", "`warnAt` must ascend, each share once.", "warnAt: [0.5]"],
        ["«warnAt»:\n  - 0.8\n  - 0.5", "`warnAt` must ascend, each share once."],
        ["warnAt: «0.5»", "`warnAt` must be a list of shares such as [0.5, 0.8], not `0.5`."],
      ],
      v1,
    );
  });

  describe("in the calendar", () => {
    const CALENDAR = "`calendar` must be always, or working hours with `timeZone` and `hours`";
    checkProblems(
      [
        ["calendar: «alway»", `${CALENDAR}, not \`alway\` (did you mean \`always\`?).`, "calendar: always"],
        ["calendar: «[always]»", `${CALENDAR}, not a list.`],
        [
          "calendar: «{ hours: { mon: ['09:00-10:00'] } }»",
          "`calendar` must have `timeZone`: a time zone such as Europe/Oslo.",
        ],
        [
          "calendar: «{ timeZone: UTC }»",
          '`calendar` must have `hours`: a map such as { mon-fri: ["09:00-17:00"] }.',
        ],
        [
          "calendar: { «timezone»: UTC, hours: { mon: ['09:00-10:00'] } }",
          "There is no key `timezone` in `calendar` (did you mean `timeZone`?).",
          "calendar: { timeZone: UTC, hours: { mon: ['09:00-10:00'] } }",
        ],
        ...(
          [
            ["Europe/Olso", "Europe/Oslo"],
            ["Oslo", "Europe/Oslo"],
            ["New York", "America/New_York"],
            ["+02:00", null],
            ["BST", null],
          ] as const
        ).map(([zone, meant]): Case => {
          const rest = ", hours: { mon: ['09:00-10:00'] } }";
          const question = meant ? ` (did you mean \`${meant}\`?)` : "";
          const message = `\`calendar.timeZone\` must be an IANA time zone such as Europe/Oslo or UTC${question}.`;
          const text = `calendar: { timeZone: «"${zone}"»${rest}`;
          return meant ? [text, message, `calendar: { timeZone: "${meant}"${rest}`] : [text, message];
        }),
      ],
      v1,
    );
    const DAY = "A key of `calendar.hours` must be a day such as mon or a range such as mon-thu";
    checkProblems(
      [
        [
          "«Monday»: ['09:00-10:00']",
          `${DAY}, not \`Monday\` (did you mean \`mon\`?).`,
          "mon: ['09:00-10:00']",
        ],
        [
          "«Mon – Fri»: ['09:00-10:00']",
          `${DAY}, not \`Mon – Fri\` (did you mean \`mon-fri\`?).`,
          "mon-fri: ['09:00-10:00']",
        ],
        ["«weekdays»: ['09:00-10:00']", `${DAY}, not \`weekdays\`.`],
        [
          "mon-thu: ['09:00-10:00'], «tue»: ['11:00-12:00']",
          "The day `tue` is in `mon-thu` already; name each day once.",
        ],
        [
          "fri-mon: ['09:00-10:00'], «sun»: ['11:00-12:00']",
          "The day `sun` is in `fri-mon` already; name each day once.",
        ],
        [
          "mon: [«9-17»]",
          "An entry of `mon` must be hours such as 09:00-17:00, not `9-17`.",
          "mon: [09:00-17:00]",
        ],
        [
          "mon: [«'9:00 - 17:30'»]",
          "An entry of `mon` must be hours such as 09:00-17:00, not `9:00 - 17:30`.",
          "mon: ['09:00-17:30']",
        ],
        ["mon: [«'09:00-25:00'»]", "An entry of `mon` must be hours such as 09:00-17:00, not `09:00-25:00`."],
        ["mon: [«'24:00-24:00'»]", "An entry of `mon` must be hours such as 09:00-17:00, not `24:00-24:00`."],
        [
          "mon: «09:00-17:00»",
          '`calendar.hours.mon` must be a list of hours such as ["09:00-17:00"], not `09:00-17:00`.',
          "mon: [09:00-17:00]",
        ],
        [
          "mon: [«'22:00-06:00'»]",
          "An entry of `mon` must end after it begins; write hours over midnight as 22:00-24:00 and 00:00-06:00 on the next day.",
        ],
        [
          "mon: [«'22:00-00:00'»]",
          "An entry of `mon` must end after it begins; write hours over midnight as 22:00-24:00.",
        ],
        ["mon: [«'09:00-09:00'»]", "An entry of `mon` must end after it begins; a whole day is 00:00-24:00."],
        [
          "mon: ['09:00-12:00', «'11:59-13:00'»]",
          "An entry of `mon` overlaps with `09:00-12:00`; make them one, or move one.",
        ],
        [
          "mon: ['09:00-12:00', «'09:00-12:00'»]",
          "An entry of `mon` overlaps with `09:00-12:00`; make them one, or move one.",
        ],
        [
          "mon: ['12:00-13:00', «'09:00-17:00'»]",
          "An entry of `mon` overlaps with `12:00-13:00`; make them one, or move one.",
        ],
        [
          "mon: «[]»",
          '`calendar.hours.mon` must be a list of hours such as ["09:00-17:00"], with at least one entry, not an empty list.',
        ],
      ],
      hours,
    );
    checkProblems(
      [
        ["hours: «{}»", "`calendar.hours` must have hours on at least one day, or no clock would ever run."],
        [
          "hours: { mon: ['09:00-10:00'] }, holidays: [«2026-02-30»]",
          "An entry of `holidays` must be a day that exists, not `2026-02-30`.",
        ],
        [
          "hours: { mon: ['09:00-10:00'] }, holidays: [«2026-13-01»]",
          "An entry of `holidays` must be a day that exists, not `2026-13-01`.",
        ],
        [
          "hours: { mon: ['09:00-10:00'] }, holidays: [«25.12.2026»]",
          "An entry of `holidays` must be a date such as 2026-12-25, not `25.12.2026`.",
          "hours: { mon: ['09:00-10:00'] }, holidays: [\"2026-12-25\"]",
        ],
        [
          "hours: { mon: ['09:00-10:00'] }, for: [«updates»]",
          "An entry of `for` must be one of detect, mitigate, update, postmortem, not `updates` (did you mean `update`?).",
          "hours: { mon: ['09:00-10:00'] }, for: [update]",
        ],
        [
          "hours: { mon: ['09:00-10:00'] }, for: [update, «update»]",
          "An entry of `for` names `update` twice; remove it.",
        ],
      ],
      calendar,
    );
  });

  it("shows by its quotes that a repair makes a text of a number", () => {
    const [problem] = readPolicy(v1("ledger: { remote: 5 }")).problems;
    assert.deepEqual([problem?.fix?.title, problem?.fix?.text], ['Replace by "5"', '"5"']);
  });
});
