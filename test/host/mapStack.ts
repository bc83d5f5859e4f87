import { findSourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PLACE = /\(?(?:file:\/\/)?([^\s()]+\.js):(\d+):(\d+)\)?$/;

/** A stack in terms of the source files. VS Code's extension host writes its own stacks, so Node does not do it. */
export function mapStack(stack: string): string {
  return stack
    .split("\n")
    .map((line) => {
      const [, path, row, column] = PLACE.exec(line) ?? [];
      if (path === undefined) return line;
      const entry = findSourceMap(resolve(path))?.findEntry(Number(row) - 1, Number(column) - 1);
      if (entry === undefined || !("originalSource" in entry)) return line;
      const source = relative(process.cwd(), fileURLToPath(entry.originalSource));
      const place = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      return line.replace(PLACE, `(${place})`);
    })
    .join("\n");
}
