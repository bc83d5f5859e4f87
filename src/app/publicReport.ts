import { pageFile } from "../documents/publicSite/publicNames.ts";
import { titleOf, toldText } from "../documents/publicSite/publicWords.ts";
import type { PublicIncident } from "../domain/public/publicIncident.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import type { Publication } from "./documents/publish.ts";

/** A publication as JSON. Instants are ISO 8601 in UTC, spans milliseconds. */
export function publicationReport({ record, plan }: Publication) {
  return {
    folder: plan.folder === "" ? plan.root : plan.folder,
    files: plan.changes,
    service: record.site.service,
    withheld: record.withheld,
    incidents: record.drafts.map(({ incident, published, heldBack, withheld }) => ({
      id: incident.id,
      page: published && pageFile(published),
      public: published && publicReport(published),
      heldBack,
      withheld,
    })),
  };
}

function publicReport(incident: PublicIncident) {
  const { openedEvent: _, openedAt, updatedAt, moments, ...rest } = incident;
  const iso = (at: Instant) => formatInstant(at);
  return {
    ...rest,
    title: titleOf(incident),
    openedAt: iso(openedAt),
    updatedAt: iso(updatedAt),
    moments: moments.map((moment) => ({ ...moment, text: toldText(moment) || null, at: iso(moment.at) })),
  };
}
