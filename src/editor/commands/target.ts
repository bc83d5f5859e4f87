import { type IncidentRef, isIncidentRef } from "../incidentRef.ts";
import { Row } from "../tree/row.ts";

/** The incident that a command's argument is about: a row's, or one named by a link. */
export function incidentOf(argument: unknown): IncidentRef | null {
  if (argument instanceof Row) return argument.incident;
  return isIncidentRef(argument) ? { root: argument.root, id: argument.id } : null;
}

/** The project that a command's argument is about. */
export function rootOf(argument: unknown): string | null {
  if (argument instanceof Row) return argument.root;
  const root = (argument as { root?: unknown } | null | undefined)?.root;
  return typeof root === "string" ? root : null;
}
