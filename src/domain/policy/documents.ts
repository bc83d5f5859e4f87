import { escape as escapeGlob } from "minimatch";
import { isWithin, normalPath, pathComplaint } from "../text/repositoryPath.ts";
import { faultAt, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import type { PolicyInput } from "./schema.ts";

type Documents = Policy["documents"];
type Kind = keyof Documents;

const PRIVATE: readonly Kind[] = ["postmortems", "runbooks", "updates"];

export function compileDocuments(input: NonNullable<PolicyInput["documents"]>, report: Report): Documents {
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

/** What is for the team must not lie where the public looks, and a file is not a folder. */
function checkApart(documents: Documents, input: PolicyInput["documents"], report: Report): void {
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

/** Documents that were moved away from the default place are still a part of the record that an undo must not touch. */
export function keepOf(documents: Documents): string[] {
  const defaults = DEFAULT_POLICY.documents;
  const moved = (Object.keys(defaults) as Kind[]).filter((kind) => documents[kind] !== defaults[kind]);
  const patterns = moved.map((kind) => `${escapeGlob(documents[kind])}${kind === "changelog" ? "" : "/**"}`);
  return [...new Set([...DEFAULT_POLICY.rollback.keep, ...patterns])];
}
