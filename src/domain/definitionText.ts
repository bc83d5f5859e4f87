/**
 * The value of a JSON text, or undefined where it is none, or says two things under one key: programs differ in which
 * of the two they take, so nobody can tell what it means.
 */
export function parseJson(text: string): unknown {
  try {
    // Some editors write a mark at the start, and package managers pass over it.
    const bare = text.replace(/^\ufeff/, "");
    const value: unknown = JSON.parse(bare);
    return hasTwins(bare) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a map of a JSON text, which is sound, has a key twice. */
function hasTwins(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  let last: string | null = null;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const keys = open.at(-1)!;
      const key: string = JSON.parse(last!);
      if (keys!.has(key)) return true;
      keys!.add(key);
    }
    last = token;
  }
  return false;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The same text for the same value, in whatever order its keys stand.
 * @throws {RangeError} where it is too deep to follow.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
