import { createHash } from "node:crypto";
import type { PublicIncident } from "../../domain/public/publicIncident.ts";
import { formatInstant } from "../../domain/time/instant.ts";

/** The names of the files, all in one folder. They never change, so that links to them hold. */
export const INDEX_FILE = "index.html";
export const ATOM_FILE = "feed.xml";
export const JSON_FEED_FILE = "feed.json";

type Named = Pick<PublicIncident, "openedEvent" | "openedAt">;

/**
 * The page of an incident. Its own id would tell its title, also one that must not get out; this name tells the day
 * alone, and does not change when the title does.
 */
export const pageFile = (incident: Named) => `${slugOf(incident)}.html`;

/** For feeds: the same for ever, on every clone. */
export function urnOf({ openedEvent }: Named): string {
  const hex = hashOf(openedEvent);
  // A name-based identifier of RFC 9562 (version 8), of which this program makes the name.
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

const slugOf = ({ openedEvent, openedAt }: Named) =>
  `${formatInstant(openedAt).slice(0, 10)}-${hashOf(openedEvent).slice(0, 8)}`;

const hashOf = (text: string) => createHash("sha256").update(`dropclock public ${text}`).digest("hex");
