import { escapeMarkdown } from "./markdown.ts";
import { unescaped, visibleText } from "./visibleText.ts";

/** Something to be done after an incident, as it stands in the post-mortem's task list. */
export interface ActionItem {
  text: string;
  /** A handle or a name; null: nobody yet. */
  owner: string | null;
  /** `YYYY-MM-DD`; null: not set yet. */
  due: string | null;
  done: boolean;
}

/** An action as it was written, possibly incomplete. */
export interface WrittenAction extends Omit<ActionItem, "done"> {
  /** The text in place of the due date, if it is not a date. */
  badDue: string | null;
}

export type FieldName = "owner" | "due";

/** A field of an action and its place. Places are indices into the Markdown. */
interface PlacedField {
  name: FieldName;
  /** Its text; empty if nothing is written yet. */
  value: string;
  from: number;
  to: number;
}

/** The notation of action items: `- [ ] What to do — owner: @ana — due: 2026-12-01`. `?`: not known yet. */
export function writeActionItem({ text, owner, due, done }: ActionItem): string {
  const who = owner === null ? "?" : /^@?[\w.-]+$/.test(owner) ? `@${owner.replace(/^@/, "")}` : field(owner);
  return `- [${done ? "x" : " "}] ${field(text)} — owner: ${who} — due: ${due ?? "?"}`;
}

// The dash separates the fields, so no text may contain one.
const field = (text: string) => escapeMarkdown(text.replaceAll("—", "–")).trim() || "?";

/** Anything longer is not a task, and would be slow to read. */
const LONGEST = 2000;

/**
 * Reads the text of a task: owner and due date wherever a person sees them, labelled or alone. If a field
 * is there twice the last counts, because that is where this program writes it.
 */
export function readAction(words: string): WrittenAction {
  const markdown = words.slice(0, LONGEST);
  const visible = visibleText(markdown);
  const owner = fieldsIn(visible.text, "owner").at(-1) ?? null;
  const due = fieldsIn(visible.text, "due").at(-1) ?? null;
  const written = due === null ? "" : unescaped(due.value);
  const day = dateOf(written);
  return {
    text: without(visible.text, [owner, due]),
    owner: owner === null ? null : ownerOf(owner.value),
    due: day,
    badDue: day !== null || UNKNOWN.test(written) ? null : written,
  };
}

/** The fields of one name that stand in a line, in their order. */
export function placedFields(line: string, name: FieldName): PlacedField[] {
  const { text, places } = visibleText(line.slice(0, LONGEST));
  return fieldsIn(text, name).map(({ value, valueFrom, valueTo }) => ({
    name,
    value: unescaped(value),
    from: valueTo > 0 && valueFrom === valueTo ? places[valueFrom - 1]! + 1 : places[valueFrom]!,
    to: valueFrom === valueTo ? places[valueFrom - 1]! + 1 : places[valueTo - 1]! + 1,
  }));
}

/** A date that exists. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(+year, +month! - 1, +day!));
  return date.getUTCMonth() === +month! - 1 && date.getUTCDate() === +day!;
}

interface Found {
  value: string;
  from: number;
  to: number;
  valueFrom: number;
  valueTo: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const NTH = "\\d{1,2}(?:st|nd|rd|th)?";
/**
 * Days that read one way only: `01/12/2026` is the first of December here and the twelfth of January there. With full
 * stops the day comes first everywhere.
 */
const DATE = `(?:\\d{4}-\\d{1,2}-\\d{1,2}(?:T[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\d{4}[/.]\\d{1,2}[/.]\\d{1,2}|\\d{1,2}\\.\\d{1,2}\\.\\d{4}|${NTH}\\s+${MONTH},?\\s+\\d{4}|${MONTH}\\s+${NTH},?\\s+\\d{4})(?![\\d-])`;
const DAY = `(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\\s+)?(?:the\\s+)?`;
const HANDLE = "(?<![\\p{L}\\p{N}_.])@[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_./-]*[\\p{L}\\p{N}_-])?";
const HANDLES = `${HANDLE}(?:\\s*(?:,|&|\\+|/|and)\\s*${HANDLE})*`;

const MAIL = "[\\p{L}\\p{N}_.+-]{1,64}@[\\p{L}\\p{N}-]{1,64}(?:\\.[\\p{L}\\p{N}-]{1,64}){1,8}";

const DUE_LABEL = "(?:due(?:[ -](?:date|by|on|at))?|deadline|target date)";
const OWNER_LABEL = "(?:owners?|owned by|owner is|assignees?|assigned(?: to)?|responsible|dri)";
const LABEL = `(?:${DUE_LABEL}|${OWNER_LABEL})\\s*:`;
/** Before a label: the beginning, a dash, a bracket, a comma, the end of a sentence. */
const BREAK = "(?:^|[—–([{,;|·•.:!?>→/]|\\s-{1,2}(?=\\s)|\\s{2,})\\s*";
/** Where a value that is neither a date nor a handle ends. */
const STOP = `(?=\\s*(?:$|—|[()[\\]{};|]|(?:,|–|-{1,2}|[.])?\\s*(?:${LABEL}|${HANDLE}|(?:due|by)\\s+${DATE})|,\\s*(?:due\\s+)?${DATE}|\\s#\\d|(?<=\\p{L}{3})[.]\\s))`;
const OPEN = "[\\s\"'“‘([{<]*";

const regex = (source: string) => new RegExp(source, "giu");

const DUE_PATTERNS: readonly RegExp[] = [
  regex(
    `(?<=^|[^\\p{L}\\p{N}])(?:${DUE_LABEL}|until|by|before|📅|🗓️?|⏰)\\s*(?:::?|=|-|–)?${OPEN}${DAY}(?<value>${DATE}(?:\\s*(?:→|-+>|=>)\\s*${DATE})*)["'”’>]?`,
  ),
  regex(`(?<=${BREAK}|\\s)${DUE_LABEL}\\s*(?:::?|=)[ \\t]*(?<value>.*?)${STOP}`),
];
const OWNER_PATTERNS: readonly RegExp[] = [
  regex(
    `(?<=^|[^\\p{L}\\p{N}])${OWNER_LABEL}\\s*(?:::?|=|-|–)?\\s*["'“‘<]?(?<value>${HANDLES}|${MAIL})["'”’>]?`,
  ),
  regex(`(?<=${BREAK})${OWNER_LABEL}\\s*(?:::?|=)[ \\t]*(?<value>.*?)${STOP}`),
  // Inside a sentence only what looks like a name: “page its owner: nobody answers” names no one.
  regex(
    `(?<=\\s)(?<!\\b(?:the|an?|its|their|each|every|code|no)\\s+)${OWNER_LABEL}\\s*:\\s*(?<value>[\\p{L}\\p{N}_.-]+)${STOP}`,
  ),
];
/** The end of a separate part of the line; a reference to an issue may follow it. */
const TAIL = "(?=\\s*(?:$|[—–)\\]},;.|:]|-{1,2}\\s|\\(|\\[|#\\d|\\ufffc))";
const ALONE: Record<FieldName, RegExp> = {
  owner: regex(
    `(?<=(?:^|[—–([{,;|·•]|\\s-{1,2}\\s|->|→|\\ufffc)\\s*)(?<value>${HANDLES})${TAIL}|^\\s*(?<first>${HANDLES})(?=\\s)|(?<=\\s)(?<last>${HANDLES})(?=\\s*\\.?\\s*(?:$|[([—–]|#\\d|\\ufffc))`,
  ),
  due: regex(`(?<=(?:^|[—–([{,;|·•]|\\s-{1,2}\\s|->|→|\\ufffc)\\s*)(?<value>${DATE})${TAIL}`),
};

/** What stands before a day, or says what became of a thing, is nobody's name. */
const NO_NAME = `(?:due|by|until|before|after|since|on|at|eta|deadline|date|target|see|from|to|the|in|and|or|done|closed|fixed|open(?:ed)?|created|added|updated|released|shipped|merged|${OWNER_LABEL}|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|${MONTH}|v\\d[\\w.]*)(?![\\p{L}\\p{N}_-])`;
const WORD = `(?!${NO_NAME})\\p{L}[\\p{L}\\p{M}\\p{N}.'’_-]{0,40}`;
const NAME = `(?:${MAIL}|${WORD}(?:[ \\t]+${WORD}){0,3})`;
const NAMES = `${NAME}(?:\\s*(?:,|&|\\+|/|\\band\\b)\\s*${NAME}){0,3}`;
const PARTED = "\\s*(?:[,;|·/—–:]|-{1,2})\\s*";
const DUE_WORD = `(?:${DUE_LABEL}|by|until|before|eta)\\s*:?\\s*`;
/** A bracket that holds names and a day, and nothing else: nobody needs to say which is which. */
const BRACKETED_NAMES: readonly RegExp[] = [
  regex(
    `(?<=[([{]\\s*)(?:${OWNER_LABEL}\\s+)?(?<value>${NAMES})(?=(?:${PARTED}(?:${DUE_WORD})?|\\s+${DUE_WORD})${DAY}${DATE}\\s*[)\\]}])`,
  ),
  regex(`(?<=[([{]\\s*(?:${DUE_WORD})?${DAY}${DATE}${PARTED})(?<value>${NAMES})(?=\\s*[)\\]}])`),
];

/** One word, or several that each begin with a capital. */
function isName(value: string): boolean {
  if (value.includes("@")) return true;
  const words = value.split(/\s+/);
  return words.length === 1 || words.every((word) => /^\p{Lu}/u.test(word));
}

function namesBesideDay(text: string): Found[] {
  if (!/[([{]/.test(text)) return [];
  return matches(text, BRACKETED_NAMES).filter(({ value }) =>
    value.split(/\s*(?:[,&+/]|\band\b)\s*/).every(isName),
  );
}

/** Labelled fields; where there is none, what stands alone in its part of the line. */
function fieldsIn(text: string, name: FieldName): Found[] {
  const labelled = matches(text, name === "due" ? DUE_PATTERNS : OWNER_PATTERNS);
  if (labelled.length > 0) return labelled;
  const alone = aloneIn(text, name);
  return name === "owner" && alone.length === 0 ? namesBesideDay(text) : alone;
}

function aloneIn(text: string, name: FieldName): Found[] {
  // The other field is out of the way, so that what stands between it and the end stands alone.
  const others = matches(text, name === "due" ? OWNER_PATTERNS : DUE_PATTERNS);
  const other = (others.length === 0 && name === "due" ? namesBesideDay(text) : others).at(-1);
  const rest = other
    ? text.slice(0, other.from) + GONE.repeat(other.to - other.from) + text.slice(other.to)
    : text;
  const plain =
    name === "owner"
      ? rest.replace(regex(ALONE_DATE), (date) => GONE.repeat(date.length))
      : rest.replace(regex(HANDLES), (who) => GONE.repeat(who.length));
  return matches(plain, [ALONE[name]]);
}

const GONE = "\ufffc";
const ALONE_DATE = `(?<=(?:^|[\\s—–([{,;|·•])\\s*)${DATE}${TAIL}`;

function matches(text: string, patterns: readonly RegExp[]): Found[] {
  const found: Found[] = [];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const { value, first, last } = match.groups!;
      const said = (value ?? first ?? last)!;
      const from = match.index;
      const to = from + match[0].length;
      // The patterns are in the order of their certainty.
      if (found.some((other) => from < other.to && other.from < to)) continue;
      const valueFrom = from + match[0].lastIndexOf(said);
      found.push({ value: said.trim(), from, to, valueFrom, valueTo: valueFrom + said.trimEnd().length });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

const UNKNOWN = /^(?:[?\-–—.]*|tb[adc]|todo|n\/a|none|nobody|no one|unknown|unassigned)$/i;

function ownerOf(value: string): string | null {
  const people = value.replace(/(?<!\S)<[^<>]*>/g, "").replace(/(?<=^|[\s,&+/])@(?=\S)/g, "");
  const owner = unescaped(people.replace(/[\s.,;:!]+$/, "").trim()).replace(/^@/, "");
  return UNKNOWN.test(owner) ? null : owner;
}

/** The date in a value as ISO 8601, the last of several; null if there is none. */
function dateOf(value: string): string | null {
  const last = value.split(/\s*(?:→|-+>|=>)\s*/).at(-1)!;
  const numbers = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(last);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(last);
  const named = new RegExp(`^(?:(${NTH})\\s+)?(${MONTH})(?:\\s+(${NTH}))?,?\\s+(\\d{4})$`, "i").exec(last);
  const two = (n: string | number) => String(n).padStart(2, "0");
  const month = named ? MONTHS.indexOf(named[2]!.slice(0, 3).toLowerCase()) + 1 : 0;
  const day = numbers
    ? `${numbers[1]}-${two(numbers[2]!)}-${two(numbers[3]!)}`
    : dotted
      ? `${dotted[3]}-${two(dotted[2]!)}-${two(dotted[1]!)}`
      : named
        ? `${named[4]}-${two(month)}-${two(Number.parseInt(named[1] ?? named[3] ?? "", 10))}`
        : "";
  return isDate(day) ? day : null;
}

/** The text without the fields and the separators before them. */
function without(text: string, fields: readonly (Found | null)[]): string {
  let rest = text;
  for (const each of fields.filter((one) => one !== null).sort((a, b) => b.from - a.from))
    rest = rest.slice(0, each.from) + GONE + rest.slice(each.to);
  if (rest === text) return unescaped(text.trim());
  rest = rest
    .replace(/\s*(?:[—–,;|·•]|(?<!\S)-{1,2}|->|→)?\s*\ufffc/g, GONE)
    .replace(/\s*[([{]\s*\ufffc[\s.,;\ufffc]*[)\]}]/g, GONE)
    .replace(/\ufffc[\s\ufffc]*[.,;!]+(?=[\s\ufffc]|$)/g, GONE)
    .replace(/^[\s\ufffc]+(?:[—–:,;|.]|-{1,2}(?=\s))?\s*/, "")
    .replace(/\ufffc+\s*/g, " ");
  return unescaped(rest.trim());
}
