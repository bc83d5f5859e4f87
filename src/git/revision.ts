import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

// What means more than a name to git (ranges, ancestors, paths, reflogs), or ends a line of its input.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that end a line or an argument
const MORE_THAN_A_NAME = /^-|\.\.|@\{|[\u0000-\u0020\u007f~^:?*[\\]/;

/**
 * A commit's or a tag's name as an argument that git takes for nothing else.
 * @throws {HumanError} when it could be an option, a range or an expression.
 */
export function revision(name: string): string {
  if (name !== "" && !MORE_THAN_A_NAME.test(name)) return name;
  throw new HumanError(
    "usage",
    `“${plainText(name, 80)}” names no commit; give a tag, a branch or an object name.`,
  );
}
