import { plainText } from "../domain/text/plainText.ts";

/** `Name <mail>` as git takes it for the author of a commit, whatever was written. */
export function identityOf(by: string): string {
  const [, name = by, mail = ""] = /^([^<]*)<([^>]*)>\s*$/.exec(by) ?? [];
  const clean = (text: string) => plainText(text.replace(/[<>]/g, ""));
  const address = clean(mail).replace(/\s/g, "");
  return `${clean(name) || address || "unknown"} <${address}>`;
}
