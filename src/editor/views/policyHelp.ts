import { readFile } from "node:fs/promises";
import {
  CompletionItem,
  CompletionItemKind,
  type CompletionItemProvider,
  extensions,
  Hover,
  type HoverProvider,
  MarkdownString,
  type Position,
  type TextDocument,
} from "vscode";
import { markdownText } from "../../domain/text/plainText.ts";
import { keyAt, keysBeside, keysOf, nodeAt, type SchemaNode, valuesOf, yamlPathAt } from "./yamlPath.ts";

/** Completes and explains the policy's keys from its JSON Schema, where no YAML extension does so already. */
export class PolicyHelp implements CompletionItemProvider, HoverProvider {
  readonly #file: string;
  #schema: Promise<SchemaNode> | null = null;

  constructor(schemaFile: string) {
    this.#file = schemaFile;
  }

  async provideCompletionItems(
    document: TextDocument,
    { line, character }: Position,
  ): Promise<CompletionItem[]> {
    if (isHelped()) return [];
    const lines = document.getText().split(/\r?\n/);
    if (/(?:^|\s)#/.test(lines[line]!.slice(0, character))) return [];
    const { parents, key } = yamlPathAt(lines, line, character);
    const node = nodeAt(await this.#read(), key === null ? parents : [...parents, key]);
    if (!node) return [];
    if (key !== null) return valuesOf(node).map(valueItem);
    const taken = keysBeside(lines, line, character);
    return keysOf(node)
      .filter(([name]) => !taken.has(name))
      .map(keyItem);
  }

  async provideHover(document: TextDocument, { line, character }: Position): Promise<Hover | null> {
    if (isHelped()) return null;
    const path = keyAt(document.getText().split(/\r?\n/), line, character);
    if (!path) return null;
    const node = nodeAt(await this.#read(), path);
    return node?.description ? new Hover(explained(path.join("."), node)) : null;
  }

  #read(): Promise<SchemaNode> {
    this.#schema ??= readFile(this.#file, "utf8").then((text) => JSON.parse(text) as SchemaNode);
    return this.#schema;
  }
}

/** The usual YAML extension reads the contributed schema by itself. */
const isHelped = () => extensions.getExtension("redhat.vscode-yaml") !== undefined;

function keyItem([key, node]: [string, SchemaNode], order: number): CompletionItem {
  const item = new CompletionItem(key, CompletionItemKind.Property);
  item.insertText = `${key}: `;
  item.sortText = String(order).padStart(3, "0");
  item.documentation = explained(key, node);
  return item;
}

function valueItem(value: string, order: number): CompletionItem {
  const item = new CompletionItem(value, CompletionItemKind.Value);
  item.sortText = String(order).padStart(3, "0");
  return item;
}

function explained(name: string, node: SchemaNode): MarkdownString {
  const parts = [`**${markdownText(name)}**`, markdownText(node.description ?? "", 1000)];
  const values = valuesOf(node).slice(0, 6);
  if (values.length > 0) parts.push(`For example: ${values.map((value) => `\`${value}\``).join(", ")}`);
  return new MarkdownString(parts.join("\n\n"));
}
