import { visibleText } from "../../domain/text/plainText.ts";

// Whatever the command line says goes through here, on either stream: what people wrote into a title, a tag or a path
// must not steer a terminal, nor the pipeline whose log it becomes part of.

/**
 * A text as lines that are only read: no escape sequences but our own colours, nothing that nobody sees or that turns
 * the reading direction, and no commands of a run on GitHub, GitLab, Azure or TeamCity.
 * @param painted Whether our own colours may be in it.
 */
export function escapeText(text: string, painted: boolean): string {
  return withoutRunCommands(visibleText(text).replace(painted ? CONTROLS_BUT_COLOURS : CONTROLS, keptColour));
}

/**
 * The same for what a program prints whose colours are its own business: only that no pipeline obeys it. GitHub takes
 * `::error::` at the start of a line and `##[error]` anywhere, GitLab `section_start:`.
 */
export function withoutRunCommands(text: string): string {
  return text.replace(AT_LINE_START, "$1: :").replace(ANYWHERE, "# #").replace(SECTION, "section ");
}

/** `DEL` and all of C0 and C1 but line feed, tab and the first half of a line end of Windows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to keep away from terminals
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|\r(?!\n)/g;
const CONTROLS_BUT_COLOURS = new RegExp(`(\\u001b\\[(?:1|2|22|3[123]|39)m)|${CONTROLS.source}`, "g");
const keptColour = (_: string, colour?: string | number) => (typeof colour === "string" ? colour : " ");

// .NET, which reads the log for GitHub, takes NEL for a blank.
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour of ours may stand before it
const AT_LINE_START = /^((?:[^\S\n]|\u0085|\u001b\[\d+m)*)::/gm;
const ANYWHERE = /##(?=[\w.-]{0,40}\[)/g;
const SECTION = /section_(?=(?:start|end):)/g;

/**
 * JSON that a terminal, or the log of a pipeline, shows as it stands: what either might obey or hide is written as an
 * escape, so that the data stay what they are.
 */
export const jsonText = (value: unknown) =>
  JSON.stringify(value, null, 2).replace(UNSEEN, escaped).replace(RUN_COMMAND, escaped);

const UNSEEN = /[\u007f-\u009f\u2028\u2029]|[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** What `withoutRunCommands` would change: `##[error]` anywhere in a line, and a section of GitLab's. */
const RUN_COMMAND = /(?<=##[\w.-]{0,40})\[|(?<=section)_(?=(?:start|end):)/g;

function escaped(letter: string): string {
  const units = letter.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return units.map((unit) => `\\u${unit}`).join("");
}
