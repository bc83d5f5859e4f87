import { faultAt, type Report } from "./fault.ts";

const PATH = ["publish", "url"];

/** Where the public pages can be read, with a slash at the end; null: nobody has said, or it is no such address. */
export function compilePublicUrl(text: string | undefined, report: Report): string | null {
  if (text === undefined) return null;
  if (!URL.canParse(text)) {
    report(faultAt(PATH, "must be an address such as https://status.example.com/incidents/"));
    return null;
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    report(faultAt(PATH, "must not hold a user name or a password: everybody reads it"));
  } else if (/[?#]/.test(text)) {
    report(faultAt(PATH, "must end before the ? or #: the pages' names follow it"));
  } else return url.href.endsWith("/") ? url.href : `${url.href}/`;
  return null;
}
