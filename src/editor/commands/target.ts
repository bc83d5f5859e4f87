import { type IncidentRef, isIncidentRef } from "../model/refs.ts";
import { Row } from "../tree/row.ts";
import { type DropRef, tagIn } from "../undo/dropRef.ts";

/** The incident that a command's argument is about: a row's, or one named by a link. */
export function incidentOf(argument: unknown): IncidentRef | null {
  if (argument instanceof Row) return argument.incident;
  return isIncidentRef(argument) ? { root: argument.root, id: argument.id } : null;
}

/** The drop that a command's argument is about; null where it names none, which means the current one. */
export function dropOf(argument: unknown): DropRef | null {
  if (argument instanceof Row) return argument.drop;
  const [root, tag] = [rootOf(argument), tagIn(argument)];
  return root !== null && tag !== null ? { root, tag } : null;
}

/** The project that a command's argument is about. */
export function rootOf(argument: unknown): string | null {
  if (argument instanceof Row) return argument.root;
  const root = (argument as { root?: unknown } | null | undefined)?.root;
  return typeof root === "string" ? root : null;
}
