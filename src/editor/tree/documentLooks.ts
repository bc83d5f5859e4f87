import { join } from "node:path";
import { type CommandName, commandId, type RowKind } from "../model/ids.ts";
import { isThere } from "../writtenDocuments.ts";
import type { Looks } from "./row.ts";

export interface DocumentPlace {
  root: string;
  /** Relative to the root; null where nothing can be said yet. */
  path: string | null;
  kind: RowKind & ("postmortem" | "runbook");
  command: CommandName;
  argument: object;
  /** Said in place of "create it" where that is not possible now. */
  notYet: string | null;
}

/** A document of the repository: a click opens it, and writes it from its template first where it is not there. */
export async function documentLooks(label: string, place: DocumentPlace): Promise<Looks> {
  const { root, path, kind, command, argument, notYet } = place;
  const exists = path !== null && (await isThere(join(root, path)));
  const description = exists ? path : (notYet ?? "not written");
  return {
    label,
    description,
    icon: exists ? (kind === "runbook" ? "checklist" : "book") : "new-file",
    color: exists ? undefined : "dropclock.idle",
    tooltip: exists ? `Open ${path}` : (notYet ?? `Write ${path ?? "it"} from its template`),
    context: [kind, exists ? "written" : "missing"],
    command:
      exists || !notYet ? { title: "Open", command: commandId(command), arguments: [argument] } : undefined,
    spoken: exists ? `${label}, written` : `${label}, ${notYet ?? "not written yet, press to create it"}`,
  };
}
