import type { Incident } from "../domain/incident/incident.ts";
import type { IncidentView, NextStep } from "../domain/record/incidentView.ts";
import type { ScorecardView } from "../domain/record/scorecardView.ts";
import type { RequestFacts } from "./pages.ts";

/** What a page in the editor is about. It is kept with the page, so that a window that is opened again knows it. */
export type PageRef =
  | { page: "incident"; root: string; id: string }
  | { page: "scorecard"; root: string }
  | { page: "request"; root: string; tag: string | null };

export type PageName = PageRef["page"];

/** Why a vote of whoever works here would not count. */
export type VoteObstacle =
  | { code: "restricted" | "no-author" | "no-council" }
  | { code: "not-a-member"; members: readonly string[] }
  | { code: "main-author"; others: readonly string[] }
  | { code: "approved-already" };

/** The request with what whoever works here may do about it; null: nothing is in the way. */
export interface RequestView {
  facts: RequestFacts;
  approve: VoteObstacle | null;
  reject: VoteObstacle | null;
}

/** What a page is given to draw; `message` where there is nothing to draw. */
export type PageContent =
  | { page: "incident"; view: IncidentView }
  | { page: "scorecard"; view: ScorecardView; formats: readonly ExportFormat[] }
  | { page: "request"; view: RequestView }
  | { page: "message"; text: string };

/** What is posted to a page. `at` is the clock that it goes by, in milliseconds since 1970. */
export interface PagePost {
  at: number;
  ref: PageRef;
  content: PageContent;
}

export const EXPORT_FORMATS = ["svg", "csv", "json", "markdown"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What a page asks for. A name only chooses among what it was given to draw. */
export type PageAsk =
  | { kind: "ready" }
  | { kind: "step" | "document"; name: string }
  | { kind: "incident"; id: string }
  | { kind: "export"; format: ExportFormat }
  | { kind: "vote"; vote: "approve" | "reject" };

/** What tells a step from the others that are offered. */
export const stepName = (step: NextStep) => (step.kind === "mark" ? step.milestone : step.kind);

const LONGEST = 1000;

/** Reads what a page has posted, as if an attacker had: null for everything that is not exactly an ask. */
export function readAsk(message: unknown): PageAsk | null {
  if (typeof message !== "object" || message === null) return null;
  const { kind, name, id, format, vote } = message as Record<string, unknown>;
  switch (kind) {
    case "ready":
      return { kind };
    case "step":
    case "document":
      return isText(name) ? { kind, name } : null;
    case "incident":
      return isText(id) ? { kind, id } : null;
    case "export": {
      const known = EXPORT_FORMATS.find((each) => each === format);
      return known ? { kind, format: known } : null;
    }
    case "vote":
      return vote === "approve" || vote === "reject" ? { kind, vote } : null;
    default:
      return null;
  }
}

/** Reads what was kept with a page; null where it tells of none. */
export function readPageRef(state: unknown): PageRef | null {
  const { ref } = (state ?? {}) as { ref?: unknown };
  if (typeof ref !== "object" || ref === null) return null;
  const { page, root, id, tag } = ref as Record<string, unknown>;
  if (!isText(root)) return null;
  if (page === "scorecard") return { page, root };
  if (page === "incident") return isText(id) ? { page, root, id } : null;
  if (page !== "request") return null;
  return tag === null || isText(tag) ? { page, root, tag } : null;
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= LONGEST;

/** The extension that links are for. */
const EXTENSION = "dropclock.dropclock";

/**
 * A link that opens the page of an incident, and does nothing else. It names the event that opened it: that is the same
 * on every machine, and tells whoever reads the link nothing of what happened.
 * @param scheme Of the editor, where it is not Visual Studio Code itself.
 */
export const incidentLink = ({ openedEvent }: Pick<Incident, "openedEvent">, scheme = "vscode") =>
  `${scheme}://${EXTENSION}/incident/${openedEvent}`;

/** The event that opened the incident of a link's path; null for anything else. */
export const incidentOfLink = (path: string): string | null =>
  /^\/incident\/([0-9A-HJKMNP-TV-Z]{26})$/.exec(path)?.[1] ?? null;
