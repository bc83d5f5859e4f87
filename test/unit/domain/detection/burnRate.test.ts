import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BurnLaw,
  burn,
  countsBefore,
  type EventCounts,
  LONGEST_BURN_WINDOW,
} from "../../../../src/domain/detection/burnRate.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LAW: BurnLaw = { objective: 0.999, period: 30 * DAY, leastEvents: 1 };
const AT = Date.parse("2026-11-23T10:00:00Z");

/** Counts in which every window has the same share of bad events, unless it is named. */
const shares =
  (share: number, of: Record<number, number> = {}) =>
  (window: number): EventCounts => ({ bad: 1e6 * (of[window] ?? share), all: 1e6 });

/**
 * The judge: what the rules of Sloth say, in its own arithmetic. It takes percent, hours, and an objective's windows as
 * budget percent with a long and a short window, and joins two pairs for a page and two for a ticket.
 */
function slothSays(objectivePercent: number, periodDays: number, ratio: (window: number) => number) {
  const errorBudget = (100 - objectivePercent) / 100;
  const exceeds = (percent: number, longHours: number, shortMinutes: number) => {
    const factor = (percent * periodDays * 24) / 100 / longHours;
    const over = (window: number) => ratio(window) > factor * errorBudget;
    return over(longHours * HOUR) && over(shortMinutes * MINUTE);
  };
  return {
    page: exceeds(2, 1, 5) || exceeds(5, 6, 30),
    ticket: exceeds(10, 24, 120) || exceeds(10, 72, 360),
  };
}

describe("burn rates", () => {
  it("have the workbook's numbers for thirty days", () => {
    const { pairs } = burn(LAW, shares(0), AT);
    assert.deepEqual(
      pairs.map(({ urgency, long, short, limit }) => [
        urgency,
        long / HOUR,
        short / MINUTE,
        Math.round(limit * 100) / 100,
      ]),
      [
        ["page", 1, 5, 14.4],
        ["page", 6, 30, 6],
        ["ticket", 24, 120, 3],
        ["ticket", 72, 360, 1],
      ],
    );
    assert.equal(LONGEST_BURN_WINDOW, 3 * DAY);
  });

  it("come to the verdicts of Sloth's rules on the objectives of Sloth's examples", () => {
    const windows = [HOUR, 5 * MINUTE, 6 * HOUR, 30 * MINUTE, DAY, 2 * HOUR, 3 * DAY];
    // getting-started, home-wifi (two), kubernetes-apiserver (two), no-alerts
    const objectives = fc.constantFrom(99.9, 95, 99.9, 99.9, 99, 99.99);
    const burning = fc.tuple(...windows.map(() => fc.double({ min: 0, max: 20, noNaN: true })));
    fc.assert(
      fc.property(objectives, fc.constantFrom(28, 30), burning, (percent, days, rates) => {
        const ratio = (window: number) => (rates[windows.indexOf(window)]! * (100 - percent)) / 100;
        const expected = slothSays(percent, days, ratio);
        const law = { objective: percent / 100, period: days * DAY, leastEvents: 1 };
        const { state, pairs } = burn(law, (window) => ({ bad: ratio(window), all: 1 }), AT);
        assert.equal(state === "page", expected.page);
        const ticket = pairs.some(({ urgency, burning }) => urgency === "ticket" && burning);
        assert.equal(ticket, expected.ticket);
        if (!expected.page) assert.equal(state, expected.ticket ? "ticket" : "calm");
      }),
      { numRuns: 1000 },
    );
  });

  it("need both windows: one that is over no longer counts, nor one that has only begun", () => {
    assert.equal(burn(LAW, shares(0.1), AT).state, "page");
    const over = { [5 * MINUTE]: 0, [30 * MINUTE]: 0, [2 * HOUR]: 0, [6 * HOUR]: 0 };
    assert.equal(burn(LAW, shares(0.1, over), AT).state, "calm");
    assert.equal(burn(LAW, shares(0, { [5 * MINUTE]: 1, [30 * MINUTE]: 1 }), AT).state, "calm");
  });

  it("burn at exactly the limit is no burn yet", () => {
    const law = { objective: 0.5, period: 30 * DAY, leastEvents: 1 };
    const [, , , slow] = burn(law, shares(0.5), AT).pairs;
    assert.deepEqual([slow!.longRate, slow!.limit, slow!.burning], [1, 1, false]);
  });

  it("say nothing without events, or with fewer than asked for", () => {
    assert.equal(burn(LAW, () => ({ bad: 0, all: 0 }), AT).state, "noData");
    const few = (window: number) => ({ bad: window / HOUR, all: window / HOUR });
    assert.equal(burn({ ...LAW, leastEvents: 10 }, few, AT).state, "notEnoughTraffic");
    assert.equal(burn({ ...LAW, leastEvents: 2 }, few, AT).state, "ticket");
  });

  it("count windows from increments, and of one that reaches back its share", () => {
    const counts = countsBefore(
      [
        { from: AT - 10 * MINUTE, at: AT - 4 * MINUTE, bad: 6, all: 60 },
        { from: AT - 4 * MINUTE, at: AT, bad: 1, all: 40 },
        { from: AT, at: AT + MINUTE, bad: 99, all: 99 },
      ],
      AT,
    );
    assert.deepEqual(counts(4 * MINUTE), { bad: 1, all: 40 });
    assert.deepEqual(counts(5 * MINUTE), { bad: 2, all: 50 });
    assert.deepEqual(counts(HOUR), { bad: 7, all: 100 });
  });
});
