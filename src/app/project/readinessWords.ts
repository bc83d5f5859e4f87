import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Readiness } from "./readiness.ts";

const SHOWN = 3;

/**
 * Whether a drop can be taken back, in a few words that both faces use.
 * @param commits How many commits go; null: not known.
 */
export function readinessWords(
  { state, why, files, conflicts, merged }: Readiness,
  commits: number | null,
): string {
  switch (state) {
    case "ready": {
      const size = [commits === null ? null : counted(commits, "commit"), counted(files ?? 0, "file")];
      return `ready: ${size.filter(Boolean).join(", ")}`;
    }
    case "conflicts": {
      const named = conflicts.slice(0, SHOWN).map(({ path }) => plainText(path, 80));
      const more = conflicts.length - named.length;
      return `conflicts in ${named.join(", ")}${more > 0 ? ` and ${counted(more, "more file")}` : ""}`;
    }
    case "nothing":
      return "nothing to undo: the branch holds nothing of it";
    case "undone":
      return merged === false ? "undone on a branch that is not merged yet" : "undone";
    case "unknown":
      return `unknown. ${why ?? ""}`.trim();
  }
}
