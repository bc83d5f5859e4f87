import { editChangelog } from "../../../src/documents/changelog/changelogEdit.ts";
import { readFlags, switchOff } from "../../../src/documents/flagd.ts";
import { readPostmortem } from "../../../src/documents/postmortemFile.ts";
import { findingsIn, requiredSections } from "../../../src/documents/postmortemFindings.ts";
import { renderTemplate } from "../../../src/documents/template.ts";
import { readUpdate } from "../../../src/documents/update.ts";
import { slackText } from "../../../src/documents/visibleText.ts";
import { ALL_CHANGES, changeOf } from "../../../src/domain/change/change.ts";
import { readCommitMessage } from "../../../src/domain/change/commitMessage.ts";
import { changedPackages } from "../../../src/domain/change/dependencyChanges.ts";
import { changedFlags } from "../../../src/domain/change/flags.ts";
import { stemOf } from "../../../src/domain/change/risk.ts";
import { readMailmap } from "../../../src/domain/gate/people.ts";
import { readPolicy } from "../../../src/domain/policy/readPolicy.ts";
import { namesOf } from "../../../src/domain/public/leaks.ts";
import { mailOf, nameOf } from "../../../src/domain/text/plainText.ts";

const LENGTH = 200_000;
const flood = (part: string) => part.repeat(Math.ceil(LENGTH / part.length));

/** Of each, two parts of a careless pattern could take the same letters in as many ways as there are letters. */
const FLOODS = {
  blanks: `x${flood(" ")}y`,
  tabs: `x${flood("\t")}y`,
  "blank lines": `x${flood(" \n")}y`,
  digits: `1.${flood("1")} x`,
  dashes: `${flood("-")}x`,
  "comments that never end": flood("<!--"),
  brackets: flood("["),
  "targets of links": flood("]( "),
  braces: flood("{{ "),
  headings: `## ${flood("# ")}`,
  anchors: `<a ${flood(" ")}`,
  angles: flood("<"),
  quotes: flood("> "),
  dots: `${flood("a.")}\n`,
};

const READERS: Record<string, (text: string) => unknown> = {
  "a mailmap": (text) =>
    readMailmap(`A <a@example.com> ${text}\nB ${text}<b@example.com\n`)("A <a@example.com>"),
  "an author": (text) => [mailOf(`A ${text}<a`), nameOf(`A ${text}<a@example.com> ${text}`)],
  "names of people": (text) => namesOf([`${text} <a@example.com>`, `A <${text}`])(text.slice(0, 1000)),
  "a policy": (text) => readPolicy(`version: 1\nservice: ${text}`),
  "a policy of the largest size": (text) =>
    readPolicy(
      `version: 1\nsignals: [{ name: a, breach: "${text.replaceAll(/["\\\n]/g, "").slice(0, 60_000)}" }]\n`,
    ),
  "a post-mortem": (text) =>
    findingsIn(readPostmortem(`---\ntitle: ${text}\n---\n## Summary\n${text}`), "2026-12-01", ["Summary"]),
  "an update": (text) => readUpdate(`---\nstatus: x\n---\n${text}`),
  "a changelog": (text) => editChangelog(`# Changelog\n\n## [1.0.0]\n\n${text}`, []),
  "a template": (text) => renderTemplate({ path: "x.md", text: text.slice(0, 199_999) }, {}),
  "the sections of a template": (text) => requiredSections(`## ${text}`),
  "a message for Slack": (text) => slackText(`# ${text}\n${text}`),
  "a commit message": (text) => {
    readCommitMessage(`feat: x\n\n${text}`);
    const author = "Ana";
    const commit = { sha: "a".repeat(40), parents: [], date: 0, message: `fix: ${text}`, author };
    return changeOf(commit, ALL_CHANGES);
  },
  "a path": (text) => stemOf(`a.${text}`),
  flags: (text) => changedFlags(null, `flags: {a: ${text.slice(0, 5_000)}`),
  "flags with their places": (text) => readFlags(`flags: {a: ${text.slice(0, 5_000)}`),
  "flags to switch off": (text) => switchOff(`flags: {a: ${text.slice(0, 5_000)}`, ["a"], "f.yaml"),
  "a package.json": (text) => changedPackages("{}", `{"dependencies":{"a":${JSON.stringify(text)}}}`),
};

describe("a text of any shape", () => {
  // A careless pattern takes minutes or hours for one of them, and the time that a test may take is over.
  for (const [reader, read] of Object.entries(READERS))
    it(`is soon read as ${reader}, or refused`, () => {
      for (const text of Object.values(FLOODS)) {
        try {
          read(text);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "HumanError") throw error;
        }
      }
    });

  it("is soon read as YAML with many keys, or refused", () => {
    const keys = Array.from({ length: 15_000 }, (_, i) => `  k${i}: {}`).join("\n");
    changedFlags(null, `flags:\n${keys}\n`);
    readFlags(`flags:\n${keys}\n`);
  });
});
