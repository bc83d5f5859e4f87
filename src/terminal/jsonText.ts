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
