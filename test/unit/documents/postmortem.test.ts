import assert from "node:assert/strict";
import { parse } from "yaml";
import { readAction } from "../../../src/documents/actionItem.ts";
import { partMarkers } from "../../../src/documents/generatedParts.ts";
import { postmortemVariables, renderPostmortem } from "../../../src/documents/postmortem.ts";
import { parseMarkdown } from "../../../src/documents/postmortemFile.ts";
import { incidentStatus } from "../../../src/domain/incident/incidentStatus.ts";
import { at, event, opened } from "../../support/record/events.ts";
import { assertInert, HOSTILE } from "./hostile.ts";
import {
  aCommit,
  aDrop,
  builtIn,
  dropFacts,
  incidentOf,
  MITIGATED,
  postmortemFacts,
  sectionOf,
} from "./sampleFacts.ts";

const render = async (facts = postmortemFacts()) => renderPostmortem(await builtIn("postmortem.md"), facts);

describe("the built-in post-mortem", () => {
  it("has front matter for machines", async () => {
    const [, front] = (await render()).split("---\n");
    assert.deepEqual(parse(front!), {
      incident: "2026-11-23-checkout-5xx",
      title: "Checkout 5xx",
      severity: "critical",
      kind: "real",
      drop: "drop-42",
    });
  });

  it("has every section, and one guiding question in each that people write", async () => {
    const document = await render();
    const asked = (heading: string) =>
      (sectionOf(document, heading).match(/<!-- [^>]*\?[^>]*-->/g) ?? []).length;
    const sections = [...document.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
    assert.deepEqual(sections, [
      "Summary",
      "Impact",
      "Timeline",
      "Clocks",
      "The drop",
      "Detection",
      "What went well",
      "What went badly",
      "Where we got lucky",
      "Root cause and contributing factors",
      "Action items",
      "Follow-up",
    ]);
    const facts = ["Clocks", "The drop"];
    for (const heading of sections) assert.equal(asked(heading), facts.includes(heading) ? 0 : 1, heading);
  });

  it("tells each clock with its target, from what, due, ended, taken and verdict", async () => {
    const clocks = sectionOf(await render(), "Clocks");
    assert.match(
      clocks,
      /^\| Detect \| 30m \| Impact started, 2026-11-23 09:50 UTC \| 2026-11-23 10:20 UTC \| 2026-11-23 10:04 UTC \| 14m \| \*\*met in 14m\*\* \|$/m,
    );
    assert.match(
      clocks,
      /^\| Mitigate \| 2h \| Detected, 2026-11-23 10:04 UTC \| 2026-11-23 12:04 UTC \| 2026-11-23 12:30 UTC \| 2h 26m \| \*\*missed by 26m\*\* \|$/m,
    );
    assert.match(clocks, /^\| Tell customers \| 1h \| .* \| \*\*met in 30m\*\* \|$/m);
    assert.match(
      clocks,
      /^\| Post-mortem \| 3d \| .* \| 2026-11-26 12:30 UTC \| — \| — \| \*\*open\*\* \|$/m,
    );
    assert.match(clocks, /^By the targets on record with the incident\. Counted around the clock\.$/m);
  });

  it("keeps the timeline between its markers", async () => {
    const [begin, end] = partMarkers("timeline");
    const table = (await render()).split(`${begin}\n`)[1]!.split(`\n${end}`)[0]!.split("\n");
    assert.equal(table[0], "| When | What | Who |");
    assert.equal(table.length, 2 + MITIGATED().length);
    assert.ok(table.includes("| 2026-11-23 12:30 UTC | Mitigated: took back drop-42 | Ana |"));
  });

  it("shows what is back-dated, assumed or retracted as such", async () => {
    const wrong = event("note", at("10:10"), { data: { text: "The database is down" } });
    const facts = postmortemFacts([
      opened(at("10:04")),
      event("started", at("09:50"), { data: { assumed: true } }),
      event("detected", at("10:04"), { recorded: at("10:40"), by: "Bo <bo@example.com>" }),
      wrong,
      event("retracted", at("10:12"), { data: { event: wrong.id, why: "it was the cache" } }),
    ]);
    const document = await render(facts);
    assert.match(document, /Impact started:\*\* 2026-11-23 09:50 UTC \*\(assumed\)\*/);
    assert.match(
      document,
      /Detected:\*\* 2026-11-23 10:04 UTC \*\(back-dated: entered 2026-11-23 10:40 UTC by Bo\)\*/,
    );
    assert.match(document, /~~The database is down~~ \*\(retracted\)\*/);
    assert.match(document, /\| Retracted “note”: it was the cache \|/);
    assert.match(document, /Detected \*\(back-dated: entered 2026-11-23 10:40 UTC\)\* \| Bo \|/);
    assert.match(document, /\| Impact started \(assumed: it was detected\) \|/);
    assert.match(document, /Read the numbers with care/);
    assert.match(sectionOf(document, "Clocks"), /09:50 UTC \*\(assumed\)\*/);
    assert.match(sectionOf(document, "Impact"), /still affected, counted from the assumed start\./);
  });

  it("keeps the verdicts of the rounds before a reopening", async () => {
    const facts = postmortemFacts([
      ...MITIGATED(),
      event("resolved", at("13:10")),
      event("reopened", at("14:00"), { data: { why: "it came back" } }),
    ]);
    const document = await render(facts);
    const clocks = sectionOf(document, "Clocks");
    assert.match(
      clocks,
      /\*\*Round 1\*\*, critical, until it was reopened 2026-11-23 14:00 UTC; its verdicts stand/,
    );
    assert.match(clocks, /\*\*missed by 26m\*\*/);
    assert.match(clocks, /\*\*not reached before it was reopened\*\*/);
    assert.match(clocks, /\| Detect \| 30m \| Reopened, 2026-11-23 14:00 UTC .* \*\*overdue\*\*/);
    assert.match(sectionOf(document, "Impact"), /People are still affected/);
    // 2h 40m in the first round, half an hour in the second.
    const over = postmortemFacts([
      ...MITIGATED(),
      event("resolved", at("13:10")),
      event("reopened", at("14:00"), { data: { why: "it came back" } }),
      event("mitigated", at("14:30")),
    ]);
    assert.match(sectionOf(await render(over), "Impact"), /affected for \*\*3h 10m\*\*/);
    assert.equal(postmortemVariables(facts).rounds.length, 2);
  });

  it("says which time was not counted", async () => {
    const paused = [event("paused", at("10:30")), event("resumed", at("11:00"))];
    const document = await render(postmortemFacts([...MITIGATED(), ...paused]));
    assert.match(document, /Not counted: the pause from 2026-11-23 10:30 UTC to 2026-11-23 11:00 UTC\./);
    assert.match(document, /\| 1h 56m \| \*\*met in 1h 56m\*\*/);
  });

  it("lists action items on record in the notation that reads back", async () => {
    const done = event("action", at("13:30"), {
      data: { text: "Alert on checkout errors", owner: "@bo", due: "2026-12-01T00:00:00Z", done: true },
    });
    const open = event("action", at("13:31"), { data: { text: "Rehearse the undo | weekly" } });
    const { tasks } = parseMarkdown(await render(postmortemFacts([...MITIGATED(), done, open])));
    assert.deepEqual(
      tasks.map((task) => {
        const { badDue: _, ...action } = readAction(task.markdown);
        return { ...action, done: task.done };
      }),
      [
        { text: "Alert on checkout errors", owner: "bo", due: "2026-12-01", done: true },
        { text: "Rehearse the undo | weekly", owner: null, due: null, done: false },
      ],
    );
  });

  it("names the drop's commits, authors and files", async () => {
    const drop = sectionOf(await render(), "The drop");
    assert.match(
      drop,
      /^`drop-42`, shipped 2026-11-23 09:00 UTC after `drop-41`: 2 commits by Ana, 2 files \(\+123 −4\)\.$/m,
    );
    assert.match(drop, /^\| `55555555` \| 2026-11-23 \| Ana \| feat: one-page checkout \|$/m);
    assert.match(drop, /^\| `55555555` \| 2026-11-23 \| Bo \| Merge branch 'one-page' \*\(merge\)\* \|$/m);
    assert.match(drop, /^- `src\/cart\/one_page\.ts` added \(\+120 −0\)$/m);
    assert.match(drop, /^- `src\/pay\.ts` renamed from `src\/payment\.ts` \(\+3 −4\)$/m);
  });

  it("cuts hundreds of commits and files, and says so", async () => {
    const content = {
      commits: Array.from({ length: 500 }, (_, i) => aCommit(`change ${i}`, `Author${i}`)),
      count: 1234,
      files: Array.from({ length: 700 }, (_, i) => ({
        path: `src/f${i}.ts`,
        status: "modified",
        from: null,
        additions: i,
        deletions: null,
      })),
      cut: true,
    };
    const drop = sectionOf(
      await render(postmortemFacts(undefined, { drop: dropFacts({ content }) })),
      "The drop",
    );
    assert.match(drop, /: 1234 commits by /);
    assert.match(drop, /^\| … \| \| \| and 1184 more \|$/m);
    assert.match(drop, /^- … and 650 more files$/m);
    assert.match(drop, /`src\/f699\.ts`/);
    assert.match(drop, /git fetch --unshallow/);
    assert.ok(drop.split("\n").length < 130);
  });

  it("works without a drop, with one that is not known, and with one that git cannot tell about", async () => {
    const none = postmortemFacts([opened(at("10:04"))], { drop: null });
    assert.match(sectionOf(await render(none), "The drop"), /^<!-- If no drop caused it/);
    const unknown = postmortemFacts(undefined, { drop: null });
    assert.match(sectionOf(await render(unknown), "The drop"), /^`drop-42` is not among the drops/);
    const silent = dropFacts({ content: null, missing: "There is no git repository here.", previous: null });
    assert.match(
      sectionOf(await render(postmortemFacts(undefined, { drop: silent })), "The drop"),
      /Its commits cannot be shown: There is no git repository here\.$/,
    );
  });

  it("keeps a moved tag and an overridden approval on the record", async () => {
    const override = event("override", at("08:55"), {
      subject: `commit/${"4".repeat(40)}`,
      data: { why: "it is urgent" },
    });
    const drop = dropFacts({
      drop: { ...aDrop("drop-42", "4"), moved: { recorded: "4".repeat(40), now: "9".repeat(40) } },
      overrides: [override],
    });
    const section = sectionOf(await render(postmortemFacts(undefined, { drop })), "The drop");
    assert.match(
      section,
      /tag was moved.\*\* `444444444444` was recorded as shipped and counts; the tag now names `999999999999`/,
    );
    assert.match(section, /Approval overridden\*\* by Ana at 2026-11-23 08:55 UTC: it is urgent/);
  });

  it("lets no text from elsewhere come to life", async () => {
    const by = `${HOSTILE} <eve@example.com>`;
    const wrong = event("note", at("10:10"), { data: { text: HOSTILE }, by });
    const events = [
      opened(at("10:04"), { drop: HOSTILE, title: HOSTILE }),
      event("detected", at("10:04"), { recorded: at("11:00"), by }),
      wrong,
      event("retracted", at("10:12"), { data: { event: wrong.id, why: HOSTILE }, by }),
      event("mitigated", at("11:30"), { data: { how: HOSTILE } }),
      event("updated", at("11:40"), { data: { text: HOSTILE, channel: HOSTILE } }),
      event("action", at("11:41"), { data: { text: HOSTILE, owner: HOSTILE, due: HOSTILE } }),
      event("unheard-of <b>", at("11:42")),
    ];
    const content = {
      commits: [aCommit(HOSTILE, HOSTILE)],
      count: 1,
      files: [{ path: HOSTILE, status: "renamed", from: HOSTILE, additions: 1, deletions: 1 }],
      cut: false,
    };
    const override = event("override", at("08:55"), { data: { why: HOSTILE }, by });
    const drop = dropFacts({ drop: aDrop(HOSTILE, "4"), content, overrides: [override] });
    const incident = incidentOf(events, HOSTILE);
    const facts = { now: at("15:00"), service: HOSTILE, status: incidentStatus(incident, at("15:00")), drop };
    const document = await render(facts);
    assertInert(document);
    const front = parse(document.split("---\n")[1]!);
    assert.equal(front.title.startsWith("<img src=x"), true);
    assert.equal(document.split("<!-- /dropclock:timeline -->").length, 2);
  });

  it("cuts a timeline of thousands", async () => {
    const notes = Array.from({ length: 3000 }, (_, i) =>
      event("note", at("11:00") + i, { data: { text: `note ${i}` } }),
    );
    const timeline = sectionOf(await render(postmortemFacts([...MITIGATED(), ...notes])), "Timeline");
    assert.match(timeline, /\| … and 2705 more: `dropclock incident show` \|/);
  });

  it("tells in its head all that a template can name", async () => {
    const { text } = await builtIn("postmortem.md");
    const head = text.split("{%- endcomment -%}")[0]!;
    const variables = postmortemVariables(postmortemFacts());
    const { incident, impact, rounds, timeline, drop, actions } = variables;
    const keys = [
      variables,
      incident,
      impact,
      rounds[0]!,
      rounds[0]!.clocks[0]!,
      timeline[0]!,
      drop!,
      ...actions,
    ];
    const lists = [drop!.commits[0]!, drop!.files[0]!, drop!.authors[0]!];
    for (const key of [...keys, ...lists].flatMap(Object.keys)) {
      assert.match(head, new RegExp(`\\b${key}\\b`), key);
    }
  });
});
