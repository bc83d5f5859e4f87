import assert from "node:assert/strict";
import type { IncidentsDoubt } from "../../../../src/app/project/sharingWords.ts";
import { statusTooltip } from "../../../../src/editor/status/statusTooltip.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const project = (
  status: ReturnType<typeof statusOf> | null,
  root = "/repo",
  error: string | null = null,
  doubt: IncidentsDoubt | null = null,
) => ({
  root,
  name: "shop",
  status,
  error,
  doubt,
});

describe("the status bar's tooltip", () => {
  const events = (title = "Checkout 5xx") => [
    opened(at("10:00"), { title, drop: "drop-5" }),
    event("started", at("09:50")),
    event("detected", at("10:00")),
  ];

  it("is a table of all clocks with links for the next steps", () => {
    const text = statusTooltip([project(statusOf(events(), at("11:00")))], at("11:00"));
    assert.match(text, /\*\*Checkout 5xx\*\* {2}\ncritical · open · on drop\\-5/);
    assert.match(text, /\| Detect &nbsp; \| met in 10m &nbsp; \| at \d\d:\d\d \|/);
    assert.match(text, /\| Mitigate &nbsp; \| \*\*1h left\*\* &nbsp; \| due \d\d:\d\d \|/);
    assert.match(text, /\| Tell customers &nbsp; \| waiting &nbsp; \| 1h once mitigated \|/);
    assert.match(text, /\[\$\(shield\) Mark Mitigated\]\(command:dropclock\.markMitigated\?/);
    const argument = decodeURIComponent(/showActions\?([^)]+)\)/.exec(text)![1]!);
    assert.deepEqual(JSON.parse(argument), [{ root: "/repo", id: "2026-11-23-checkout-5xx" }]);
  });

  it("lets no title become a link, markup or an icon", () => {
    const evil = "[press](command:git.init) **now** $(flame) <img src=x> | a";
    const text = statusTooltip([project(statusOf(events(evil), at("11:00")))], at("11:00"));
    assert.ok(text.includes("\\[press\\]\\(command\\:git\\.init\\)"));
    assert.ok(
      !/\$\(flame\)/.test(text.replace(/\\(\W)/g, "$1")),
      "the editor looks for icons after Markdown's escapes",
    );
    assert.ok(!text.includes("<img"));
    assert.ok(!/command:git/.test(text));
  });

  it("keeps links whole for folders with brackets", () => {
    const text = statusTooltip([project(statusOf(events(), at("11:00")), "/my (repo)")], at("11:00"));
    for (const [, target] of text.matchAll(/\]\((command:[^\s]*?)\)/g)) {
      assert.deepEqual(JSON.parse(decodeURIComponent(target!.split("?")[1]!))[0].root, "/my (repo)");
    }
  });

  it("tells of errors and of a broken policy, and of calm", () => {
    const place = { line: 7, column: 3, endLine: 7, endColumn: 9 };
    const broken = { source: "last-good" as const, problems: [{ message: "“targts” is not known", place }] };
    const status = statusOf([], at("09:50"), {}, broken);
    const text = statusTooltip([project(status, "/repo", "git is missing")], at("09:50"));
    assert.match(text, /\$\(error\) git is missing/);
    assert.match(text, /the last good one is in force/);
    assert.match(text, /line 7: “targts” is not known/);
    assert.match(text, /Watch it for 20m more/);
    assert.match(text, /Declare Incident…\]\(command:dropclock\.declareIncident/);
    assert.match(text, /No open incident/);
  });

  it("says no word of calm where the team's incidents are not known, and has the button that asks again", () => {
    const status = statusOf([], at("09:50"));
    const tell = (doubt: IncidentsDoubt) =>
      statusTooltip([project(status, "/repo", null, doubt)], at("09:50"));
    const unread = tell({ kind: "unread", why: "origin cannot be reached: *no* host" });
    assert.match(unread, /Incidents are not known: origin cannot be reached\\?: \\\*no\\\* host/);
    assert.match(unread, /Try Again\]\(command:dropclock\.syncLedger\?/);
    const looking = tell({ kind: "looking", why: "asking origin" });
    assert.match(looking, /Looking for the team’s incidents, asking origin/);
    for (const text of [unread, looking]) {
      assert.doesNotMatch(text, /No open incident/);
      assert.match(text, /Declare Incident…/);
    }
  });
});
