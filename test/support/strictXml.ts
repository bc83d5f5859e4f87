/** An element of a document that was read strictly. */
export class Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[] = [];
  text = "";

  constructor(name: string, attributes: Record<string, string>) {
    this.name = name;
    this.attributes = attributes;
  }

  all(name: string): Element[] {
    return this.children.filter((child) => child.name === name);
  }

  /** The text of the only child of a name. */
  one(name: string): string {
    const [child, ...more] = this.all(name);
    if (!child || more.length > 0) throw new Error(`${this.name} has not one ${name}`);
    return child.text;
  }
}

const TOKEN =
  /<!--(?:(?!--)[\s\S])*-->|<\?xml version="1\.0" encoding="utf-8"\?>|<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)(\/?)>|[^<]+/y;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

/**
 * Reads the part of XML that a feed needs, and refuses everything else: what is not closed, closed twice, not escaped,
 * or no character of XML at all.
 */
export function readXml(source: string): Element {
  const root = new Element("", {});
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(source);
    if (!token) throw new Error(`not well-formed at ${from}: ${source.slice(from, from + 60)}`);
    const [whole, closes, name, attributes = "", empty] = token;
    const parent = open.at(-1)!;
    if (name === undefined) {
      if (!whole.startsWith("<")) parent.text += plain(whole);
    } else if (closes) {
      if (parent.name !== name) throw new Error(`${parent.name} is closed by ${name}`);
      open.pop();
    } else {
      const element = new Element(name, readAttributes(attributes));
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`${open.at(-1)!.name} is not closed`);
  const [document, ...more] = root.children;
  if (!document || more.length > 0 || root.text.trim() !== "") throw new Error("a document has one element");
  return document;
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name! in attributes) throw new Error(`${name} is there twice`);
    attributes[name!] = plain(value!);
  }
  return attributes;
}

function plain(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#39);)|\]\]>/.test(text)) throw new Error(`not escaped: ${text.slice(0, 60)}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that XML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.test(text))
    throw new Error("no character of XML");
  const entities: Record<string, string> = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
  };
  return text.replace(ENTITY, (entity) => entities[entity]!);
}
