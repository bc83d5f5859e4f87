import assert from "node:assert/strict";
import { backtest, summaryOf } from "../../../../src/domain/detection/backtest.ts";
import { backtestPage, summaryWords } from "../../../../src/editor/views/backtestPage.ts";
import { signalThat } from "../../../support/editor/watchedProject.ts";
import { at } from "../../../support/record/events.ts";

const drop = (tag: string) => ({ tag, shippedAt: at("10:00"), endsAt: at("10:30") });

describe("the page of a backtest", () => {
  const drops = [drop("drop-1"), drop("drop-2|x")];
  const incidents = [{ id: "i", drop: "drop-1", startedAt: at("10:00"), endedAt: at("11:00") }];
  const rows = backtest(drops, incidents, () => ({
    alarmedAt: at("10:04"),
    conclusive: true,
    numbers: null,
  }));
  const summary = summaryOf(rows);

  it("says in one line what was found, when, and what was a false alarm", () => {
    assert.equal(summaryWords(summary), "last 2 drops: 1 found after 4m, 0 missed, 1 false");
  });

  it("tells each alarm of each signal, with foreign text inert, and what cannot be replayed", () => {
    const signals = [
      { signal: signalThat("open"), summary, rows, failures: ["p:9090 refused the connection."] },
      { signal: signalThat("open", { name: "pages" }), summary: null, rows: [], failures: [] },
    ];
    const page = backtestPage({ at: at("12:00"), policy: "work tree", drops, signals }, "shop");
    assert.match(page, /\| drop\\-1 \| found \| .* \| 4m \|/);
    assert.match(page, /\| drop\\-2\\\|x \| false alarm \|/);
    assert.match(page, /Not read: p\\:9090 refused/);
    assert.match(page, /## pages\n\nCannot be replayed: prometheus only knows the present\./);
  });
});
