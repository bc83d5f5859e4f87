import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

// What means more than a name to git (ranges, ancestors, paths, reflogs), or ends a line of its input.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that end a line or an argument
const MORE_THAN_A_NAME = /^-|\.\.|@\{|[\u0000-\u0020\u007f~^:?*[\\]/;

/**
 * A commit's or a tag's name as an argument that git cannot read as anything else.
 * @throws {HumanError} when it could be an option, a range or an expression.
 */
export function revision(name: string): string {
  if (name !== "" && !MORE_THAN_A_NAME.test(name)) return name;
  throw new HumanError(
    "usage",
    `“${plainText(name, 80)}” names no commit; give a tag, a branch or an object name.`,
  );
}

/** What is reachable from `to` and not from `from`: the content of a drop. Names of commits, tags or branches. */
export interface CommitRange {
  /** Null: everything up to `to`. */
  from: string | null;
  to: string;
}

/** A range as git's argument. */
export const ends = ({ from, to }: CommitRange) =>
  from === null ? revision(to) : `${revision(from)}..${revision(to)}`;

export const EMPTY_TREE = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};
