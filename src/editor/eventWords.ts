import { MILESTONES, type Milestone } from "../domain/incidentEvents.ts";
import { plainText } from "../domain/text/plainText.ts";

export const isMilestoneName = (type: string): type is Milestone =>
  (MILESTONES as readonly string[]).includes(type);

/** `Ana` of `Ana <ana@example.com>`; the address where there is no name. */
export function withoutMail(author: string): string {
  const name = author.replace(/<[^>]*>\s*$/, "").trim();
  return plainText(name || author, 40);
}
