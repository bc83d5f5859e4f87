import type { PolicyFault } from "./fault.ts";
import type { Place, PolicyProblem } from "./policy.ts";
import { type Located, locate, type Range, type Trouble } from "./source.ts";

/** Turns offsets into lines and columns. */
export class TextPlaces {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  place([from, to]: Range): Place {
    const start = this.#position(from);
    const end = this.#position(Math.max(from, to));
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }

  /** The first line of the range, without blank space at its end. */
  firstLine([from, to]: Range): Range {
    const first = /^[^\r\n]*/.exec(this.text.slice(from, to))![0];
    return [from, from + (first.trimEnd() || first).length];
  }

  #position(offset: number): { line: number; column: number } {
    const at = Math.min(Math.max(0, offset), this.text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - this.#starts[low]! + 1 };
  }
}

export function placeTrouble({ range, message, fix }: Trouble, places: TextPlaces): PolicyProblem {
  const place = places.place(places.firstLine(range));
  if (!fix) return { message, place };
  return { message, place, fix: { title: fix.title, place: places.place(fix.range), text: fix.text } };
}

/** Gives a fault its place: the key or the value itself, or the nearest part around it that is in the text. */
export function placeFault(fault: PolicyFault, root: Located, places: TextPlaces): PolicyProblem {
  const found = locate(root, fault.path) ?? { key: null, located: root };
  const range = rangeOf(fault, found, places);
  const problem: PolicyProblem = { message: fault.message, place: places.place(range) };
  const fix = fault.fix && repair(fault.fix, fault.on, found, places);
  return fix ? { ...problem, fix } : problem;
}

type Found = NonNullable<ReturnType<typeof locate>>;

function rangeOf(fault: PolicyFault, { key, located }: Found, places: TextPlaces): Range {
  if (fault.on === "key" && key) return key;
  const first = located.style === "block" ? located.entries.values().next().value?.key : null;
  const value = first ?? places.firstLine(located.range);
  // A whole section in red would hide the other errors in it, so its key is marked; so it is for an empty value.
  if (key && (value[0] === value[1] || value[1] < located.range[1] || located.style === "block")) return key;
  return value;
}

function repair(
  fix: NonNullable<PolicyFault["fix"]>,
  on: PolicyFault["on"],
  { key, located }: Found,
  places: TextPlaces,
) {
  if ("before" in fix) return insertion(fix, located, places);
  const range = on === "key" ? key : located.range;
  if (!range || range[0] === range[1]) return null;
  if (on === "value" && located.style === "block") return null;
  const style = on === "key" ? "plain" : located.style;
  return { title: fix.title, place: places.place(range), text: notation(fix.value, style) };
}

/** A line before a map in block style, indented as the map is. */
function insertion(fix: { title: string; before: string }, located: Located, places: TextPlaces) {
  if (located.style !== "block") return null;
  const place = places.place([located.range[0], located.range[0]]);
  return { title: fix.title, place, text: `${fix.before}\n${" ".repeat(place.column - 1)}` };
}

/** A value in YAML, with the quotes that the text had. */
function notation(value: unknown, style: Located["style"]): string {
  if (Array.isArray(value)) return `[${value.map((entry) => notation(entry, "plain")).join(", ")}]`;
  if (typeof value !== "string") return String(value);
  if (style === "single") return `'${value.replaceAll("'", "''")}'`;
  const plain = style !== "double" && /^[A-Za-z0-9][\w ./@+*:-]*$/.test(value) && !/: |[: ]$/.test(value);
  return plain && !readsAsOther(value) ? value : JSON.stringify(value);
}

/** Whether YAML would read it as a number, a boolean or nothing. */
const readsAsOther = (text: string) => /^(?:[-+]?[0-9.][0-9._eExXoO+-]*|true|false|null|~)$/i.test(text);
