import { plainText } from "../domain/text/plainText.ts";

/** Text from people or from git, for labels in which VS Code would draw `$(name)` as an icon. */
export function labelText(text: string, longest?: number): string {
  return plainText(text, longest).replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g, "\\$&");
}

/** A sentence without its hint at the command line: in the editor the same thing is a button or a command. */
export function withoutCommandLine(sentence: string): string {
  return sentence
    .replace(/ \(dropclock [^)]*\)/g, "")
    .replace(/[;,] (?:go on with|see|open one with|try again with): dropclock .*$/s, ".")
    .replace(/: dropclock [a-z].*$/s, ".");
}

/** The same for notifications, in which `[words](command:…)` would become a link. */
export function messageText(text: string, longest = 600): string {
  return plainText(text, longest).replaceAll("](", "] (");
}
