import assert from "node:assert/strict";
import fc from "fast-check";
import { namesOf } from "../../../../src/domain/public/leaks.ts";
import { at } from "../../../support/record/events.ts";
import { draftOf } from "../../../support/record/publicSample.ts";

type Entry = { type: string; at: number; recorded?: number; data: Record<string, unknown> };

const opened = (data: Record<string, unknown> = {}): Entry => ({
  type: "opened",
  at: at("10:04"),
  data: { title: "Checkout 5xx", severity: "critical", drop: "drop-42", kind: "real", ...data },
});
const entry = (type: string, time: string, data: Record<string, unknown> = {}): Entry => ({
  type,
  at: at(time),
  data,
});

const OVER = [
  opened(),
  entry("started", "09:50"),
  entry("detected", "10:04"),
  entry("mitigated", "11:30", { how: "kubectl rollout undo" }),
  entry("updated", "12:00", { text: "Payments work *again*.", channel: "phone", status: "monitoring" }),
  entry("resolved", "13:00"),
];

const verdicts = (events: Entry[], now = at("20:00")) =>
  draftOf(events, { now }).published!.targets.map(({ name, verdict }) => `${name} ${verdict}`);

describe("what becomes public of an incident", () => {
  it("is title, status, times, impact, what was done and the targets, and nothing else", () => {
    const { published } = draftOf([
      ...OVER,
      entry("summary", "13:05", { impact: "Nobody could pay.", done: "We went back." }),
    ]);
    const { openedEvent, ...rest } = published!;
    assert.match(openedEvent, /^\d{26}$/);
    assert.deepEqual(Object.keys(rest), [
      "openedAt",
      "title",
      "status",
      "severity",
      "moments",
      "lastedMs",
      "estimated",
      "impact",
      "done",
      "targets",
      "updatedAt",
    ]);
    assert.equal(rest.title, "Checkout 5xx");
    assert.equal(rest.status, "resolved");
    assert.equal(rest.lastedMs, 100 * 60_000);
    assert.deepEqual([rest.impact, rest.done], ["Nobody could pay.", ["We went back."]]);
    assert.deepEqual(
      rest.moments.map(({ kind, status }) => (status ? `${kind} ${status}` : kind)),
      ["began", "noticed", "mitigated", "told monitoring", "resolved"],
    );
    assert.deepEqual(verdicts(OVER), ["detect kept", "mitigate kept", "update kept", "postmortem open"]);
  });

  it("is nothing of a test or a drill", () => {
    for (const kind of ["test", "drill"]) {
      const { published, heldBack } = draftOf([opened({ kind }), ...OVER.slice(1)]);
      assert.equal(published, null);
      assert.equal(heldBack, `It is a ${kind}.`);
    }
  });

  it("is nothing before customers have been told, or it is over", () => {
    const open = OVER.slice(0, 4);
    assert.match(draftOf(open).heldBack!, /Customers have not been told/);
    assert.ok(draftOf([...open, entry("updated", "12:00")]).published);
    assert.ok(draftOf([...open, entry("resolved", "12:00")]).published);
  });

  it("is still there when it comes back, and the worst round counts", () => {
    const back = [
      ...OVER,
      entry("reopened", "14:00"),
      entry("detected", "14:01"),
      entry("mitigated", "17:00"),
    ];
    assert.deepEqual(verdicts(back), ["detect kept", "mitigate missed", "update missed", "postmortem open"]);
    const { published } = draftOf(back);
    assert.equal(published!.status, "monitoring");
    assert.ok(published!.moments.some(({ kind }) => kind === "reopened"));
  });

  it("tells of a target that is past due before it ends, and of one that is not yet", () => {
    assert.equal(verdicts(OVER, at("2026-11-27T00:00:00Z"))[3], "postmortem missed");
  });

  it("tells that the drop was taken back, by the record and not by anybody's words", () => {
    const undone = { undoneAt: at("11:20"), reappliedAt: null };
    assert.deepEqual(draftOf(OVER, { fate: undone }).published!.done, [
      "The release that caused it was taken back.",
    ]);
    const back = { undoneAt: null, reappliedAt: at("19:00") };
    assert.match(draftOf(OVER, { fate: back }).published!.done[0]!, /taken back, and released again/);
  });

  it("takes the newest words that were written for the public, and takes them back when they are emptied", () => {
    const first = entry("summary", "13:05", { title: "Payments failed", impact: "a" });
    const second = entry("summary", "13:06", { impact: "" });
    const { published } = draftOf([...OVER, first, second]);
    assert.deepEqual([published!.title, published!.impact], ["Payments failed", null]);
  });

  it("withholds a text as a whole that holds what must not get out, and says what", () => {
    const { published, withheld } = draftOf(
      [opened({ title: "Ask Kari about db-prod-3" }), ...OVER.slice(1)],
      {
        findNames: namesOf(["Kari Nordmann <kari@example.com>"]),
      },
    );
    assert.equal(published!.title, null);
    const [title] = withheld;
    assert.deepEqual(title, {
      what: "Title",
      text: "Ask Kari about db-prod-3",
      because: "leak",
      why: "it holds a name and the name of a machine: “Kari”, “db-prod-3”",
    });
  });

  it("names everything that stays inside", () => {
    const { withheld } = draftOf([...OVER, entry("note", "12:01", { text: "ssh to pay-1" })]);
    assert.deepEqual(
      withheld.map(({ what, text }) => `${what}: ${text}`),
      [
        "Drop: drop-42",
        "People: Ana Silva <ana@example.com>",
        "How it was mitigated: kubectl rollout undo",
        "Channel of an update: phone",
        "Note: ssh to pay-1",
      ],
    );
  });

  it("holds no word of any text that was not written for the public", () => {
    const marker = "Zyxwv";
    const types = [
      "started",
      "detected",
      "acknowledged",
      "mitigated",
      "updated",
      "resolved",
      "postmortem",
      "note",
      "action",
      "severity",
      "paused",
      "resumed",
      "reopened",
      "repolicied",
      "something-newer",
    ];
    const keys = [
      "text",
      "how",
      "channel",
      "path",
      "why",
      "owner",
      "due",
      "title",
      "impact",
      "done",
      "commit",
      "clock",
      "anything",
    ];
    const data = fc.dictionary(fc.constantFrom(...keys), fc.constant(`${marker} secret`));
    const events = fc.array(fc.tuple(fc.constantFrom(...types), fc.nat({ max: 500 }), data), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(events, (list) => {
        const more = list.map(([type, minute, each]) => ({
          type,
          at: at("10:04") + minute * 60_000,
          data: type === "severity" ? { ...each, to: "major" } : each,
        }));
        const { published } = draftOf([...OVER, ...more]);
        // What customers were told they know.
        const moments = published!.moments.map((moment) => ({ ...moment, text: null }));
        assert.doesNotMatch(
          JSON.stringify({ ...published, moments }),
          new RegExp(`${marker}|kubectl|Ana|drop-42`),
        );
        const texts = published!.moments.filter(({ text, kind }) => text !== null && kind !== "told");
        assert.deepEqual(texts, []);
      }),
    );
  });

  it("tells what customers were told, as it was sent", () => {
    const text = "# Checkout\n\nAna (ana@example.com) is **on it**.";
    const findNames = namesOf(["Ana Silva <ana@example.com>"]);
    const toldIn = (data: Record<string, unknown>) =>
      draftOf([...OVER, entry("updated", "13:10", { text, ...data })], { findNames });
    const texts = ({ published }: ReturnType<typeof draftOf>) =>
      published!.moments.filter(({ kind }) => kind === "told").map((moment) => moment.text);
    assert.deepEqual(texts(toldIn({ channel: "chat", update: "docs/updates/a-1.md" })), [
      "Payments work *again*.",
      text,
    ]);
    assert.deepEqual(texts(toldIn({ update: "<script>" })).at(-1), null);
    // Nobody has looked at what was noted by hand.
    const byHand = toldIn({});
    assert.deepEqual(texts(byHand), ["Payments work *again*.", null]);
    assert.match(JSON.stringify(byHand.withheld), /Update to customers.*it holds a name/);
  });

  it("says of its length that it is a guess where its beginning is one", () => {
    assert.equal(draftOf(OVER).published!.estimated, false);
    const guess = [OVER[0]!, entry("started", "09:50", { assumed: true }), ...OVER.slice(2)];
    assert.equal(draftOf(guess).published!.estimated, true);
  });

  it("is newer once something was entered late, or taken back", () => {
    const late = draftOf([...OVER, { ...entry("summary", "13:05", { impact: "…" }), recorded: at("18:00") }]);
    assert.equal(late.published!.updatedAt, at("18:00"));
    const all = [...OVER, entry("updated", "13:10"), entry("note", "14:00", { text: "x" })];
    assert.equal(draftOf(all).published!.updatedAt, at("13:10"));
    const slip = late.incident.events.find(({ type }) => type === "mitigated")!.id;
    const note = draftOf(all).incident.events.at(-1)!.id;
    const retracted = (event: string) => entry("retracted", "15:00", { event, why: "wrong" });
    assert.equal(draftOf([...OVER, retracted(slip)]).published!.updatedAt, at("15:00"));
    assert.equal(draftOf([...all, retracted(note)]).published!.updatedAt, at("13:10"));
  });
});
