import { escape as escapeGlob } from "minimatch";
import * as z from "zod";
import { linearPattern } from "../text/linearPattern.ts";
import { isWithin, normalPath, pathComplaint } from "../text/repositoryPath.ts";
import { faultAt, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { line, list, name, section, yesOrNo } from "./schemaParts.ts";

type Documents = Policy["documents"];
type DocumentsInput = z.infer<typeof documents>;
type Kind = keyof Documents;

const PRIVATE: readonly Kind[] = ["postmortems", "runbooks", "updates"];

export function compileDocuments(input: DocumentsInput, report: Report): Documents {
  const documents = { ...DEFAULT_POLICY.documents };
  let sound = true;
  for (const [kind, path] of Object.entries(input) as [Kind, string | undefined][]) {
    if (path === undefined) continue;
    const complaint = pathComplaint(path);
    if (complaint) {
      sound = false;
      report(faultAt(["documents", kind], complaint.text, complaint.replacement));
    } else documents[kind] = normalPath(path);
  }
  if (sound) checkApart(documents, input, report);
  return documents;
}

/** Internal documents must not lie in the public folder, and a file is not a folder. */
function checkApart(documents: Documents, input: DocumentsInput, report: Report): void {
  const blame = (kind: Kind, other: Kind) => ["documents", input?.[kind] === undefined ? other : kind];
  const leaked = PRIVATE.find((kind) => isWithin(documents[kind], documents.public));
  if (leaked) {
    const complaint = `would put \`${leaked}\` (${documents[leaked]}) among the public pages; choose a folder apart`;
    report(faultAt(blame("public", leaked), complaint));
  }
  const taken = ([...PRIVATE, "public"] as Kind[]).find((kind) =>
    isWithin(documents[kind], documents.changelog),
  );
  if (taken)
    report(
      faultAt(blame("changelog", taken), `must be a file apart from \`${taken}\` (${documents[taken]})`),
    );
}

/** Documents in another place than the default are still part of the record, which an undo must not touch. */
export function keepOf(documents: Documents): string[] {
  const defaults = DEFAULT_POLICY.documents;
  const moved = (Object.keys(defaults) as Kind[]).filter((kind) => documents[kind] !== defaults[kind]);
  const patterns = moved.map((kind) => `${escapeGlob(documents[kind])}${kind === "changelog" ? "" : "/**"}`);
  return [...new Set([...DEFAULT_POLICY.rollback.keep, ...patterns])];
}

const defaults = DEFAULT_POLICY;

const folder = (description: string, fallback: string) =>
  line(`a path in the repository such as ${fallback}`)
    .optional()
    .meta({ description: `${description} A path relative to the repository's root.`, default: fallback });

export const documents = section(
  {
    postmortems: folder("The folder of the post-mortems.", defaults.documents.postmortems),
    runbooks: folder("The folder of the rollback runbooks.", defaults.documents.runbooks),
    updates: folder("The folder of the drafts of customer updates.", defaults.documents.updates),
    changelog: folder("The changelog.", defaults.documents.changelog),
    public: folder("The folder of the public incident pages.", defaults.documents.public),
  },
  "a map such as { postmortems: docs/postmortems }",
);

type Changelog = Policy["changelog"];

const PATTERN = "a pattern such as ^release:";
const TYPE = "the type of a commit such as feat, in small letters";

const changelogDefaults = DEFAULT_POLICY.changelog;

export const changelog = section(
  {
    skip: list(line(PATTERN), 'a list of patterns such as ["^release:"]')
      .max(100, { error: "a list of at most 100 patterns" })
      .optional()
      .meta({
        description:
          "Commits that are left out: regular expressions on the first line, or on the title that a merge bears.",
        default: changelogDefaults.skip,
        examples: [["^chore\\(deps\\)", "^release:"]],
      }),
    authors: yesOrNo().optional().meta({
      description: "Name whoever wrote a change, by the name that git has.",
      default: changelogDefaults.authors,
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

export function compileChangelog(input: z.infer<typeof changelog>, report: Report): Changelog {
  const skip = input.skip ?? changelogDefaults.skip;
  skip.forEach((source, i) => {
    const pattern = linearPattern(source);
    if ("complaint" in pattern) report(faultAt(["changelog", "skip", i], pattern.complaint));
  });
  return {
    skip: [...skip],
    authors: input.authors ?? changelogDefaults.authors,
    sections: { ...changelogDefaults.sections, ...input.sections },
  };
}

const PATH = ["publish", "url"];

/** Where the public pages can be read, with a slash at the end; null: not set, or not such an address. */
export function compilePublicUrl(text: string | undefined, report: Report): string | null {
  if (text === undefined) return null;
  if (!URL.canParse(text)) {
    report(faultAt(PATH, "must be an address such as https://status.example.com/incidents/"));
    return null;
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    report(faultAt(PATH, "must not hold a user name or a password: everybody reads it"));
  } else if (/[?#]/.test(text)) {
    report(faultAt(PATH, "must end before the ? or #: the pages' names follow it"));
  } else return url.href.endsWith("/") ? url.href : `${url.href}/`;
  return null;
}
