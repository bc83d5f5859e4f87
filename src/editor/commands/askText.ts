import { window } from "vscode";
import { plainText } from "../../domain/text/plainText.ts";

/** One line that goes on record. Null: given up. */
export async function askText(title: string, prompt: string, placeHolder = ""): Promise<string | null> {
  const text = await window.showInputBox({
    title,
    prompt,
    placeHolder,
    validateInput: (typed) =>
      plainText(typed) === "" ? "It goes on record, so a few words are needed." : null,
  });
  return text ?? null;
}
