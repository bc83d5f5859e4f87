/** Where a cursor stands in a YAML text, by indentation and brackets: good enough while the text is being typed. */
export interface YamlPath {
  /** The keys around the cursor, outermost first. */
  parents: string[];
  /** The key whose value is being typed; null where a key is. */
  key: string | null;
}

export function yamlPathAt(lines: readonly string[], line: number, column: number): YamlPath {
  const before = (lines[line] ?? "").slice(0, column);
  const { stack, key } = inLine(before);
  const indent = /^[\s-]*$/.test(before) ? column : indentOf(before);
  return { parents: [...above(lines, line, indent), ...stack], key };
}

/** The word under a cursor where it is a key, with the keys around it. */
export function keyAt(lines: readonly string[], line: number, column: number): string[] | null {
  const text = lines[line] ?? "";
  for (const match of text.matchAll(/([A-Za-z][\w-]*)\s*:(?=\s|$)/g)) {
    const from = match.index;
    const to = from + match[1]!.length;
    if (column < from || column > to) continue;
    return [...yamlPathAt(lines, line, from).parents, match[1]!];
  }
  return null;
}

function inLine(before: string): { stack: string[]; key: string | null } {
  const stack: string[] = [];
  let key: string | null = null;
  for (const [token, name] of before.matchAll(/([A-Za-z][\w-]*)\s*:(?=\s|$)|[{},[\]]/g)) {
    if (name !== undefined) key = name;
    else if (token === "{" || token === "[") {
      if (key !== null) stack.push(key);
      // In a list of plain values the key is still the one whose value is typed.
      if (token === "{") key = null;
    } else if (token === "," && !/\[[^\]]*$/.test(before)) key = null;
    else if (token === "}" || token === "]") key = stack.pop() ?? null;
  }
  const inList = /\[[^\]{]*$/.test(before);
  return { stack: inList ? stack.slice(0, -1) : stack, key };
}

/** The keys of the lines above that are indented less, each less than the one before. */
function above(lines: readonly string[], line: number, indent: number): string[] {
  const keys: string[] = [];
  let limit = indent;
  for (let at = line - 1; at >= 0 && limit > 0; at--) {
    const text = lines[at]!;
    if (/^\s*(?:#|$)/.test(text)) continue;
    const found = /^[\s-]*?([A-Za-z][\w-]*)\s*:(?=\s|$)/.exec(text);
    const own = indentOf(text);
    if (own >= limit) continue;
    if (found) keys.unshift(found[1]!);
    limit = own;
  }
  return keys;
}

/** A dash of a list counts as indentation: what follows it stands in line with its siblings below. */
const indentOf = (text: string) => /^\s*(?:- +)*/.exec(text)![0].length;
