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

/** Names a drop over all repositories of a window. Plain data, so that links can carry it. */
export interface DropRef {
  /** The root of its project. */
  root: string;
  tag: string;
}

/** The tag in what a command was given; null where it names none. */
export function tagIn(argument: unknown): string | null {
  const { tag } = (argument ?? {}) as { tag?: unknown };
  return typeof tag === "string" ? tag : null;
}
