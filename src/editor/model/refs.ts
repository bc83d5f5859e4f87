/** Names an incident over all repositories of a window. Plain data, so that links can carry it. */
export interface IncidentRef {
  /** The root of its project. */
  root: string;
  id: string;
}

export function isIncidentRef(value: unknown): value is IncidentRef {
  if (typeof value !== "object" || value === null) return false;
  const { root, id } = value as Partial<IncidentRef>;
  return typeof root === "string" && typeof id === "string";
}
