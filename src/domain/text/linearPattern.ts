/** A regular expression that takes time in proportion to the text, whatever the pattern and whoever wrote the text. */
interface LinearPattern {
  test(text: string): boolean;
}

/** What is wrong with a pattern, as the rest of a sentence that begins with its name. */
interface PatternComplaint {
  complaint: string;
}

/** Longer texts are judged by their beginning. */
const LONGEST_TEXT = 500;
/** Steps of a program; a pattern that needs more (`(a{99}){99}`) is a slip. */
const MOST_STEPS = 1000;

/**
 * Reads a pattern in JavaScript's notation, Unicode rules on, but for what cannot be matched in linear time:
 * back references and looking around.
 */
export function linearPattern(source: string): LinearPattern | PatternComplaint {
  try {
    new RegExp(source, "u");
  } catch {
    return { complaint: "must be a regular expression such as ^release:" };
  }
  try {
    const program = new Compiler(source).program();
    return { test: (text) => runs(program, [...text.slice(0, LONGEST_TEXT)]) };
  } catch (error) {
    if (error instanceof Unsupported) return { complaint: error.message };
    throw error;
  }
}

class Unsupported extends Error {}

/** Whether the place between two characters is the one that is asked for; undefined: the text begins or ends there. */
type Edge = (before: string | undefined, after: string | undefined) => boolean;

type Node =
  | { char: (c: string) => boolean }
  | { edge: Edge }
  | { parts: Node[] }
  | { options: Node[] }
  | { repeated: Node; least: number; most: number };

type Step =
  | { char: (c: string) => boolean }
  | { edge: Edge }
  /** Goes on at several places at once. */
  | { to: number[] }
  | { matched: true };

const isWord = (c: string | undefined) => c !== undefined && /^\w$/.test(c);

const EDGES: Record<string, Edge> = {
  "^": (before) => before === undefined,
  $: (_, after) => after === undefined,
  "\\b": (before, after) => isWord(before) !== isWord(after),
  "\\B": (before, after) => isWord(before) === isWord(after),
};

const GROUP = /\((?:\?(?:<(?![=!])[^>]*>|:))?/y;
const CLASS = /\[(?:\\.|[^\]\\])*\]/suy;
const ESCAPE =
  /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}(?:(?<=d[89ab]..)\\u[0-9a-f]{4})?|x[0-9a-f]{2}|c[a-z]|p\{[^}]*\}|.)/isuy;
const ANY = /./suy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

/** Turns a pattern, whose syntax is sound, into a program. */
class Compiler {
  readonly #source: string;
  #at = 0;
  #emitted = 0;

  constructor(source: string) {
    this.#source = source;
  }

  program(): Step[] {
    const steps: Step[] = [];
    this.#emit(this.#options(), steps);
    steps.push({ matched: true });
    return steps;
  }

  #options(): Node {
    const options = [this.#parts()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      options.push(this.#parts());
    }
    return options.length === 1 ? options[0]! : { options };
  }

  #parts(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at]!)) {
      const atom = this.#atom();
      const [quantified, sign, least, comma, most] = this.#take(QUANTIFIER) ?? [];
      if (quantified === undefined) parts.push(atom);
      else if (sign !== undefined)
        parts.push({ repeated: atom, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : ENDLESS });
      else {
        const upTo = comma === "" ? Number(least) : most === "" ? ENDLESS : Number(most);
        parts.push({ repeated: atom, least: Number(least), most: upTo });
      }
    }
    return { parts };
  }

  #atom(): Node {
    const group = this.#take(GROUP);
    if (group) {
      if (this.#source[this.#at] === "?")
        throw new Unsupported("must not look ahead, look behind, or switch flags");
      const inner = this.#options();
      this.#at++;
      return inner;
    }
    const escaped = this.#take(ESCAPE)?.[0];
    if (escaped && /^\\[1-9k]/.test(escaped)) throw new Unsupported("must not refer back to a group");
    const text = escaped ?? this.#take(CLASS)?.[0] ?? this.#take(ANY)![0];
    const edge = Object.hasOwn(EDGES, text) ? EDGES[text] : undefined;
    if (edge) return { edge };
    // One character against a pattern for one character.
    const one = new RegExp(`^${text}$`, "u");
    return { char: (c) => one.test(c) };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match) this.#at += match[0].length;
    return match;
  }

  #emit(node: Node, steps: Step[]): void {
    if (++this.#emitted > MOST_STEPS) throw new Unsupported("is too large; shorten it, or repeat less often");
    if ("parts" in node) for (const part of node.parts) this.#emit(part, steps);
    else if ("options" in node) this.#emitOptions(node.options, steps);
    else if ("repeated" in node) this.#emitRepeated(node, steps);
    else steps.push(node);
  }

  #emitOptions(options: readonly Node[], steps: Step[]): void {
    const fork = { to: [] as number[] };
    const ends: { to: number[] }[] = [];
    steps.push(fork);
    for (const option of options) {
      fork.to.push(steps.length);
      this.#emit(option, steps);
      const end = { to: [] as number[] };
      ends.push(end);
      steps.push(end);
    }
    for (const end of ends) end.to.push(steps.length);
  }

  #emitRepeated(
    { repeated, least, most }: { repeated: Node; least: number; most: number },
    steps: Step[],
  ): void {
    for (let i = 0; i < least; i++) this.#emit(repeated, steps);
    const forks: { to: number[] }[] = [];
    for (let i = least; i < (most === ENDLESS ? least + 1 : most); i++) {
      const at = steps.length;
      const fork = { to: [at + 1] };
      forks.push(fork);
      steps.push(fork);
      this.#emit(repeated, steps);
      if (most === ENDLESS) steps.push({ to: [at] });
    }
    for (const fork of forks) fork.to.push(steps.length);
  }
}

const ENDLESS = Number.POSITIVE_INFINITY;

/** Follows all ways through a program at once, character by character; a match may begin anywhere. */
function runs(program: readonly Step[], text: readonly string[]): boolean {
  let here = new Set<number>();
  const [start] = program;
  const isAnchored = start !== undefined && "edge" in start && start.edge === EDGES["^"];
  for (let i = 0; ; i++) {
    const reached = new Set<number>();
    if (i === 0 || !isAnchored) here.add(0);
    if (here.size === 0) return false;
    if (follow(program, [...here], text[i - 1], text[i], reached)) return true;
    if (i >= text.length) return false;
    here = new Set();
    for (const at of reached) {
      const step = program[at]!;
      if ("char" in step && step.char(text[i]!)) here.add(at + 1);
    }
  }
}

/** Adds every step that can be reached without a further character; true once the end is. */
function follow(
  program: readonly Step[],
  waiting: number[],
  before: string | undefined,
  after: string | undefined,
  reached: Set<number>,
): boolean {
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = program[at]!;
    if ("matched" in step) return true;
    if ("to" in step) waiting.push(...step.to);
    else if ("edge" in step && step.edge(before, after)) waiting.push(at + 1);
  }
  return false;
}
