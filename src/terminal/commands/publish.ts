import { join, relative } from "node:path";
import type { Publication } from "../../app/documents/publish.ts";
import { givenPlace } from "../../app/project/files.ts";
import type { PublicDraft } from "../../domain/public/publicIncident.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command } from "../call/command.ts";

export const publish = command({
  name: "publish",
  ledger: "fetched",
  history: "whole",
  summary: "writes the public record of incidents: static pages with feeds",
  options: {
    out: { value: "DIR", help: "writes there in place of documents.public" },
    "dry-run": { help: "writes nothing; tells what would become public, and what not" },
  },
  details: [
    "Only real incidents are told, once customers have been told of them or they are over: title, status, times, impact,",
    "what was done, and the four targets. A text with a name, an address, a link, a command or a token is left out.",
    "Files that Dropclock did not write, or that somebody has changed, are left alone. Nothing is sent anywhere.",
  ],
  async run({ values, project, directory, now }) {
    const use = await import("../../app/documents/publish.ts");
    const { publicationReport } = await import("../../app/documents/publish.ts");
    // What a script left empty would be the folder that it runs in.
    if (values.out === "")
      throw new HumanError("usage", "--out names no folder; write one such as --out site.");
    const opened = await project();
    const { root } = opened;
    const out = values.out === undefined ? null : givenPlace(values.out, "folder", { directory, root });
    const dry = values["dry-run"];
    const publication = await (dry ? use.draftPublication(opened, out) : use.publish(opened, out));
    return {
      json: { at: formatInstant(now()), written: !dry, ...publicationReport(publication) },
      text: () => publicationText(publication, directory, dry),
      complaints: complaints(publication),
    };
  },
});

function publicationText({ record, plan }: Publication, directory: string, dry: boolean): string {
  const count = (change: string) => plan.changes.filter((each) => each.change === change).length;
  const folder = relative(directory, join(plan.root, plan.folder)) || ".";
  const published = record.drafts.filter((draft) => draft.published !== null).length;
  const parts = (["new", "changed", "removed", "unchanged"] as const).flatMap((change) =>
    count(change) > 0 ? [`${count(change)} ${change}`] : [],
  );
  const head = `${folder}: ${counted(published, "incident")}; files: ${parts.join(", ") || "none"}`;
  return dry ? `${head} (nothing was written)` : head;
}

/** Whoever publishes must see what does not get out, and why. */
function complaints({ record, plan }: Publication): string[] {
  const kept = plan.changes.filter(({ change }) => change === "kept");
  return [
    ...kept.map(({ name, why }) => `${name} was left alone: ${why}.`),
    ...record.withheld.map(({ what, why }) => `${what} is not public: ${why}.`),
    ...record.drafts.flatMap(leftOut),
  ];
}

function leftOut({ incident: { id, kind }, published, heldBack, withheld }: PublicDraft): string[] {
  if (published === null) return kind === "real" ? [`${id} is held back: ${heldBack}`] : [];
  const leaks = withheld.filter(({ because }) => because === "leak");
  return leaks.map(
    ({ what, why }) =>
      `${id}: ${what.toLowerCase()} is left out, for ${why}; say it without: dropclock incident summary ${id}`,
  );
}
