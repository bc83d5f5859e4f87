import { builtInTemplate, type TemplateName } from "../../../src/app/documents/templates.ts";
import type { PostmortemFacts } from "../../../src/documents/postmortem.ts";
import type { RunbookFacts } from "../../../src/documents/runbook.ts";
import type { Template } from "../../../src/documents/template.ts";
import type { DropFacts } from "../../../src/documents/variables.ts";
import type { Drop } from "../../../src/domain/drop/drop.ts";
import { inOrder, type LedgerEvent } from "../../../src/domain/event/event.ts";
import { foldIncident, type Incident } from "../../../src/domain/incident/incident.ts";
import { incidentStatus } from "../../../src/domain/incident/incidentStatus.ts";
import { DEFAULT_POLICY } from "../../../src/domain/policy/policy.ts";
import { aDrop as anyDrop } from "../../support/git/linearHistory.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../support/record/events.ts";

export function incidentOf(events: LedgerEvent[], id = "2026-11-23-checkout-5xx"): Incident {
  const context = { terms: SAMPLE_TERMS, shippedAt: () => null };
  return foldIncident(id, [...events].sort(inOrder), context)!;
}

/** An incident that was mitigated late and told in time. */
export const MITIGATED = () => [
  opened(at("10:04"), { drop: "drop-42" }),
  event("started", at("09:50")),
  event("detected", at("10:04")),
  event("mitigated", at("12:30"), { data: { how: "took back drop-42" } }),
  event("updated", at("13:00"), { data: { text: "Checkout works again." } }),
];

export function postmortemFacts(
  events: LedgerEvent[] = MITIGATED(),
  over: Partial<PostmortemFacts> = {},
): PostmortemFacts {
  const now = over.now ?? at("15:00");
  return {
    now,
    service: "Checkout",
    status: incidentStatus(incidentOf(events), now),
    drop: dropFacts(),
    ...over,
  };
}

export const aDrop = (tag: string, digit: string, shippedAt = at("09:00")): Drop =>
  anyDrop(tag, { commit: digit.repeat(40), shippedAt });

export function dropFacts(over: Partial<DropFacts> = {}): DropFacts {
  return {
    drop: { ...aDrop("drop-42", "4"), previous: "drop-41" },
    previous: aDrop("drop-41", "3", at("08:00")),
    content: {
      commits: [
        aCommit("feat: one-page checkout", "Ana"),
        { ...aCommit("Merge branch 'one-page'", "Bo"), merge: true },
      ],
      count: 2,
      files: [
        { path: "src/cart/one_page.ts", status: "added", from: null, additions: 120, deletions: 0 },
        { path: "src/pay.ts", status: "renamed", from: "src/payment.ts", additions: 3, deletions: 4 },
      ],
      cut: false,
    },
    missing: null,
    overrides: [],
    ...over,
  };
}

export function aCommit(subject: string, name: string) {
  const author = { name, mail: `${name.toLowerCase()}@example.com` };
  return { sha: "5".repeat(40), author, date: at("08:50"), subject, merge: false };
}

export function runbookFacts(over: Partial<RunbookFacts> = {}): RunbookFacts {
  return {
    now: at("09:10"),
    policy: DEFAULT_POLICY,
    drop: dropFacts(),
    branch: { name: "main", remote: "origin" },
    keep: [],
    plan: [{ title: "Revert drop-42 on dropclock/undo-drop-42", byHand: "the commands below" }],
    conflicts: [],
    rehearsal: null,
    incident: null,
    ...over,
  };
}

export async function builtIn(name: TemplateName): Promise<Template> {
  return { path: `the built-in template ${name}`, text: await builtInTemplate(name) };
}

/** The part of a document under a heading. */
export function sectionOf(document: string, heading: string): string {
  const parts = document.split(/^## /m);
  const found = parts.find((part) => part.startsWith(`${heading}\n`));
  if (!found) throw new Error(`no section “${heading}”`);
  return found.slice(heading.length).trim();
}
