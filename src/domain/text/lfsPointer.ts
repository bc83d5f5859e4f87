import { plainText } from "./plainText.ts";

/** Git LFS takes nothing longer for a pointer. */
const LONGEST = 1024;

const VERSION = /^version https?:\/\/(?:git-lfs\.github\.com|hawser\.github\.com|git-media\.io)\/\S+\r?\n/;

/**
 * Whether a text is what git holds in the place of a file in Git LFS. That is so whatever `.gitattributes` says by now:
 * what the file says is elsewhere, and may be replaced there without a commit.
 */
export const isLfsPointer = (text: string) => text.length < LONGEST && VERSION.test(text);

/** Why such a file is not read, with the way out. */
export const lfsPointerWords = (path: string) =>
  `${plainText(path)} is a pointer to a file in Git LFS, so what it says cannot be read; commit the file itself (git lfs untrack, then git add --renormalize).`;

/** A line of a patch that changes one, one letter for each byte. */
export const LFS_POINTER_LINE = /^[+-]oid [a-z0-9]+:[0-9a-f]{32,}\r?$/;
