/** Markup that this program made itself; everything else is text. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = Html | string | number | readonly Part[];

/** Markup with values in it, each escaped unless it is markup itself. Empty for an empty text or list. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < values.length ? markupOf(values[i]!) : "")).join(""));
}

function markupOf(value: Part): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(markupOf).join("");
  return escapeMarkup(String(value));
}

/** Inert in the text and in the attributes of HTML and of XML. What XML cannot hold at all is left out. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, "")
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that XML forbids
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
