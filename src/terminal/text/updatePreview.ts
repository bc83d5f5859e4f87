import type { PreparedUpdate } from "../../app/updates/sendUpdate.ts";
import { plainText } from "../../domain/text/plainText.ts";

/** The exact text and where it goes, line by line, with nothing that a terminal would obey. */
export function updatePreview({ channel, target, path, text }: PreparedUpdate): string {
  const lines = text.split("\n").map((line) => `  | ${plainText(line, 100_000)}`.trimEnd());
  return [
    `Channel  ${plainText(channel.name)}`,
    `Target   ${plainText(target, 600)}`,
    `File     ${plainText(path)}`,
    "Text",
    ...lines,
  ].join("\n");
}
