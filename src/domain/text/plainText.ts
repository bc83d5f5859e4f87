/**
 * Text from people or from other machines as one inert line: no escape sequences for a terminal, no line breaks that
 * fake another row, nothing that turns the reading direction or that nobody sees. Cut at `longest` characters.
 */
export function plainText(text: string, longest = 300): string {
  // What comes last in a large text is cut anyway, and to clean all of it would take its time.
  const enough = longest * 8 + 1000;
  const head = text.length > enough ? oneLine(text.slice(0, enough)) : "";
  const line = head.length > longest ? head : oneLine(text);
  if (line.length <= longest) return line;
  // Half of a character of two units is none, and a joiner with nothing to join is not seen.
  return `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$|\u200d$/, "")}…`;
}

function oneLine(text: string): string {
  // Where the direction turns, two words met that were apart for whoever read them.
  const seen = withoutHidden(text, (letter) => (PARTS.test(letter) ? " " : ""));
  return seen.replace(CONTROLS, " ").replace(/\s+/g, " ").trim();
}

/**
 * A text of several lines without what nobody sees, or what turns the reading direction. What joins emoji, or the
 * letters of scripts that are written joined, stays where it does so. Other controls are not its business.
 */
export const visibleText = (text: string): string => withoutHidden(text, () => "");

/** The same with a name in its place, `<U+202E>`: for source code that somebody is to judge. */
export const revealedText = (text: string): string => withoutHidden(text, codeName);

const codeName = (letter: string) =>
  `<U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`;

function withoutHidden(text: string, inItsPlace: (letter: string) => string): string {
  return text.replace(HIDDEN, (letter, at: number) => {
    KEPT.lastIndex = at;
    return KEPT.test(text) ? letter : inItsPlace(letter);
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to keep away from terminals
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** Direction, and the operators of formulas that nobody sees. */
const PARTS = /[\u061c\u200e\u200f\u202a-\u202e\u2061-\u2069]/;

/** Letters of the scripts in which ZWJ and ZWNJ choose between two spellings, as in Persian and Hindi. */
const JOINED = `[${[
  "Arabic Syriac Mandaic Nko Mongolian Phags_Pa Manichaean Psalter_Pahlavi Adlam Hanifi_Rohingya",
  "Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala",
  "Khmer Myanmar Tibetan Balinese Javanese Sundanese Tai_Tham Lao Thai",
]
  .join(" ")
  .split(" ")
  .map((script) => `\\p{Script=${script}}`)
  .join("")}]`;
/** A letter that is there itself, and none that is left out. */
const LETTER = `(?![\\p{Default_Ignorable_Code_Point}\\p{Cf}])${JOINED}`;

/** What is seen by what it does to its neighbours, and stays for that. */
const KEPT = new RegExp(
  [
    // 👩‍💻, 🏳️‍🌈, ❤️, 1️⃣
    "(?<=\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?)\\u200d(?=\\p{Extended_Pictographic})",
    "(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]",
    "(?<=[0-9#*])\\ufe0f(?=\\u20e3)",
    `(?<=${LETTER})[\\u200c\\u200d](?=${LETTER})`,
    // A variant of a letter: of a name in Japanese, or in Mongolian.
    "(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
    "(?<=[\\u1820-\\u1878\\u1880-\\u18aa])[\\u180b-\\u180d\\u180f]",
    // Marks that stand below or around Arabic numbers are seen.
    "[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]",
  ].join("|"),
  "uy",
);

/** The same for a text of several lines, which stay lines. */
export function plainLines(text: string, longest = 20_000): string {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => `${/^ */.exec(line)![0]}${plainText(line, 2000)}`.trimEnd());
  return lines.join("\n").slice(0, longest).trim();
}

/** What Markdown needs by its number: the editor looks for icons, `$(flame)`, once a backslash is gone again. */
const AS_ENTITY: Record<string, string> = { "<": "&lt;", "&": "&amp;", $: "&#36;" };

/** Text that Markdown shows as it stands: no links, no markup, no HTML. */
export function markdownText(text: string, longest?: number): string {
  return plainText(text, longest).replace(/[\\`*_{}[\]()#+\-=.!|~<>&$:@]/g, (c) => AS_ENTITY[c] ?? `\\${c}`);
}

/** What stands in a text for bytes that are no UTF-8, and between the letters of UTF-16. */
export const NOT_UTF_8 = /[\0\ufffd]/;

// By searching and not by a pattern: who made a commit decides how long a name is, and how many `<` are in it.

/** The address of `Name <mail>`, as addresses are compared: in lower case. Empty where there is none. */
export const mailOf = (identity: string) => partsOf(identity).mail.trim().toLowerCase();

/** The name of `Name <mail>`; the address where there is no name. */
export const nameOf = (identity: string) => partsOf(identity).name.trim() || mailOf(identity);

/** How sentences and documents name a person: addresses stay in git. @param longest Characters. */
export const shownName = (identity: string, longest = 60) =>
  plainText(nameOf(identity) || identity, longest) || "somebody without a name";

/** Without an address at its end the whole is the name. */
function partsOf(identity: string): { name: string; mail: string } {
  const text = identity.trimEnd();
  const open = text.lastIndexOf("<");
  const closed = text.indexOf(">", open);
  if (open < 0 || closed !== text.length - 1) return { name: identity, mail: "" };
  return { name: text.slice(0, open), mail: text.slice(open + 1, -1) };
}

/** A word of a POSIX shell that means nothing but itself. */
export function shellWord(text: string): string {
  const inert = text.replace(/\p{Cc}+/gu, " ");
  if (/^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/.test(inert)) return inert;
  return `'${inert.replaceAll("'", "'\\''")}'`;
}
