import assert from "node:assert/strict";
import { updateDraft } from "../../../src/editor/updateDraft.ts";
import { at, event, opened } from "../../support/events.ts";
import { statusOf } from "./statusOf.ts";

describe("the draft of a customer update", () => {
  it("holds title, public status and times, and nothing of the record's words", () => {
    const events = [
      opened(at("10:00"), { title: "Checkout 5xx" }),
      event("detected", at("10:00"), { by: "Ana <ana@secret.example>" }),
      event("note", at("10:05"), { data: { text: "ssh root@10.0.0.1" } }),
      event("mitigated", at("10:30"), { data: { how: "./deploy.sh --secret" } }),
    ];
    const draft = updateDraft(statusOf(events, at("10:40")).open[0]!, "Checkout");
    assert.match(draft, /^# Checkout: Checkout 5xx\n\n\*\*Status: Monitoring\*\*/);
    assert.match(draft, /- Noticed: 2026-11-23 10:00 UTC/);
    assert.match(draft, /- Mitigated: 2026-11-23 10:30 UTC/);
    assert.doesNotMatch(draft, /ana|Ana|ssh|deploy|Began/);
  });
});
