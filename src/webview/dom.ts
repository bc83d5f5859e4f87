/** A picture of the page: compared with the one before, so that only what has changed is touched. */
export interface Shape {
  name: string;
  /** Attributes, and `on…` listeners. Never `style`: the page's policy refuses it. False, null: left out. */
  attributes: Readonly<Record<string, AttributeValue>>;
  children: readonly (Shape | string)[];
}

type AttributeValue = string | number | boolean | null | ((event: Event) => void);

type Content = Shape | string | number | false | null | readonly Content[];

/** What people wrote only ever becomes a text node or the value of an attribute that runs nothing. */
export function h(name: string, attributes: Shape["attributes"] = {}, ...content: readonly Content[]): Shape {
  const children: (Shape | string)[] = [];
  const add = (each: Content): void => {
    if (each === false || each === null) return;
    if (typeof each === "string" || typeof each === "number") {
      if (each !== "") children.push(String(each));
    } else if (isList(each)) for (const inner of each) add(inner);
    else children.push(each);
  };
  add(content);
  return { name, attributes, children };
}

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);

const SVG = "http://www.w3.org/2000/svg";

const drawn = new WeakMap<Node, Shape>();

/** Makes the children of an element what they are to be. Those with a `key` are the same ones wherever they stand. */
export function draw(parent: Element, children: readonly (Shape | string)[]): void {
  const keyed = new Map<string, ChildNode>();
  for (const child of parent.childNodes) {
    const key = keyOf(drawn.get(child));
    if (key !== null) keyed.set(key, child);
  }
  let next = parent.firstChild;
  for (const child of children) {
    const key = typeof child === "string" ? null : keyOf(child);
    const candidate = key === null ? (next && keyOf(drawn.get(next)) === null ? next : null) : keyed.get(key);
    const node = candidate && isSame(candidate, child) ? candidate : made(child, parent);
    // What is new is whole before it comes in.
    update(node, child);
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) {
    const after: ChildNode | null = next.nextSibling;
    next.remove();
    next = after;
  }
}

function keyOf(node: Shape | undefined): string | null {
  const key = node?.attributes.key;
  return key === undefined || key === null ? null : String(key);
}

const isSame = (node: Node, wanted: Shape | string) =>
  typeof wanted === "string"
    ? node.nodeType === Node.TEXT_NODE
    : node instanceof Element && drawn.get(node)?.name === wanted.name;

function made(wanted: Shape | string, parent: Element): ChildNode {
  if (typeof wanted === "string") return document.createTextNode(wanted);
  const isSvg = wanted.name === "svg" || parent.namespaceURI === SVG;
  return isSvg ? document.createElementNS(SVG, wanted.name) : document.createElement(wanted.name);
}

function update(node: ChildNode, wanted: Shape | string): void {
  if (typeof wanted === "string") {
    if (node.textContent !== wanted) node.textContent = wanted;
    return;
  }
  const element = node as Element;
  const known = drawn.get(element);
  // What was made once and is shown again has not changed.
  if (known === wanted) return;
  const before = known?.attributes ?? {};
  for (const name of Object.keys(before))
    if (!(name in wanted.attributes)) set(element, name, null, before[name]!);
  for (const [name, value] of Object.entries(wanted.attributes))
    if (before[name] !== value) set(element, name, value, before[name] ?? null);
  drawn.set(element, wanted);
  draw(element, wanted.children);
}

function set(element: Element, name: string, value: AttributeValue, before: AttributeValue): void {
  if (name === "key") return;
  if (name.startsWith("on")) {
    const type = name.slice(2);
    if (typeof before === "function") element.removeEventListener(type, before);
    if (typeof value === "function") element.addEventListener(type, value);
  } else if (value === false || value === null) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}
