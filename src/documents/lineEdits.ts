/** A replacement within one line; columns count from 0 in UTF-16 units. */
export interface LineEdit {
  line: number;
  from: number;
  to: number;
  text: string;
}

/** Does edits to lines and leaves every other character, and every line's own ending, as it was. */
export function editLines(content: string, edits: readonly LineEdit[]): string {
  const starts = lineStarts(content);
  const inOrder = [...edits].sort((a, b) => b.line - a.line || b.from - a.from);
  return inOrder.reduce((text, { line, from, to, text: inserted }) => {
    const start = starts[line]!;
    return text.slice(0, start + from) + inserted + text.slice(start + to);
  }, content);
}

/** Where each line begins; a line ends with `\n`, `\r\n` or `\r`, as Markdown counts them. */
export function lineStarts(content: string): number[] {
  const starts = [0];
  for (const { index, 0: ending } of content.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length);
  return starts;
}
