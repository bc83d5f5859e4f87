import * as z from "zod";
import { linearPattern } from "../text/linearPattern.ts";
import { faultAt, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import type { PolicyInput } from "./schema.ts";
import { line, list, name, section, yesOrNo } from "./schemaParts.ts";

type Changelog = Policy["changelog"];

const PATTERN = "a pattern such as ^release:";
const TYPE = "the type of a commit such as feat, in small letters";

const defaults = DEFAULT_POLICY.changelog;

export const changelog = section(
  {
    skip: list(line(PATTERN), 'a list of patterns such as ["^release:"]')
      .max(100, { error: "a list of at most 100 patterns" })
      .optional()
      .meta({
        description:
          "Commits that are left out: regular expressions on the first line, or on the title that a merge bears.",
        default: defaults.skip,
        examples: [["^chore\\(deps\\)", "^release:"]],
      }),
    authors: yesOrNo().optional().meta({
      description: "Name whoever wrote a change, by the name that git has.",
      default: defaults.authors,
    }),
    sections: z
      .record(z.string().regex(/^[a-z][\w-]*$/, { error: TYPE }), name("the heading of a section"), {
        error: "a map such as { feat: New, docs: Documentation }",
      })
      .optional()
      .meta({
        description:
          "Headings by the type of a commit, or by the section that it is in (added, changed, deprecated, removed, fixed, security). A type that is not told otherwise, such as docs, is told once it has one.",
        examples: [{ feat: "Features", perf: "Performance", docs: "Documentation" }],
      }),
  },
  'a map such as { skip: ["^release:"], authors: true }',
);

export function compileChangelog(input: NonNullable<PolicyInput["changelog"]>, report: Report): Changelog {
  const skip = input.skip ?? defaults.skip;
  skip.forEach((source, i) => {
    const pattern = linearPattern(source);
    if ("complaint" in pattern) report(faultAt(["changelog", "skip", i], pattern.complaint));
  });
  return {
    skip: [...skip],
    authors: input.authors ?? defaults.authors,
    sections: { ...defaults.sections, ...input.sections },
  };
}
