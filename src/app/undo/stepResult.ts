/** What came of a step that was tried. */
export interface StepResult {
  outcome: "done" | "failed" | "waiting" | "cancelled";
  /** One line: why it failed, what it waits for, or what is worth knowing of what was done. */
  words: string | null;
  /** The commit that it made, and where people go on from here. */
  commit?: string | null;
  url?: string | null;
  /** The remote that its branch is at. */
  pushed?: string | null;
}

export const done = (
  words: string | null = null,
  more: Pick<StepResult, "commit" | "url" | "pushed"> = {},
): StepResult => ({
  outcome: "done",
  words,
  ...more,
});

export const failed = (words: string, more: Pick<StepResult, "commit" | "url"> = {}): StepResult => ({
  outcome: "failed",
  // It goes on in a sentence of another.
  words: words.replace(/\.$/, ""),
  ...more,
});
