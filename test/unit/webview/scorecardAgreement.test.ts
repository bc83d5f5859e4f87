import assert from "node:assert/strict";
import fc from "fast-check";
import { scorecardFile, scorecardReport } from "../../../src/app/drop/scorecards.ts";
import { EXPORT_FORMATS } from "../../../src/documents/pageMessages.ts";
import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { CLOCK_NAMES, CLOCKS, SAMPLE_TARGETS } from "../../../src/domain/policy/terms.ts";
import { adoptionOf, scorecardOf, type Verdict } from "../../../src/domain/record/scorecard.ts";
import { scorecardView } from "../../../src/domain/record/scorecardView.ts";
import type { Shape } from "../../../src/webview/dom.ts";
import { scorecardShapes } from "../../../src/webview/scorecardPage.ts";
import { NOW, releaseWith } from "../../support/pages/pageSamples.ts";
import { event, opened } from "../../support/record/events.ts";
import { type Element, readXml } from "../../support/strictXml.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** What happened, in minutes since the drop shipped; null: not yet. No pauses and no working hours. */
interface Happening {
  drop: number;
  severity: "critical" | "major" | "minor";
  kind: "real" | "test";
  detected: number;
  mitigated: number | null;
  updated: number | null;
  postmortem: number | null;
}

const later = fc.option(fc.integer({ min: 0, max: 8 * 1440 }), { nil: null });
const happening = (drops: number) =>
  fc.record<Happening>({
    drop: fc.integer({ min: 1, max: drops }),
    severity: fc.constantFrom("critical", "major", "minor"),
    kind: fc.constantFrom("real", "real", "real", "test"),
    detected: fc.integer({ min: 1, max: 2000 }),
    mitigated: later,
    updated: later,
    postmortem: later,
  });

const HOSTILE = ["", "=1+1", '"><script>', "a,b\r\nc", "\u0000\u202e", "& ]]> é"];

const worlds = fc.integer({ min: 1, max: 7 }).chain((drops) =>
  fc.record({
    drops: fc.constant(drops),
    happenings: fc.array(happening(drops), { maxLength: 8 }),
    words: fc.constantFrom(...HOSTILE),
  }),
);

/** When the nth of the drops shipped; the last one at 09:00 of the day. */
const shippedAt = (n: number, drops: number) => NOW - 3 * 60 * MINUTE - (drops - n) * 3 * DAY;

/** The same instants for the ledger and for the computation; what has not happened by now is left out. */
function instantsOf({ drop, detected, mitigated, updated, postmortem }: Happening, drops: number) {
  const shipped = shippedAt(drop, drops);
  const known = (at: number | null) => (at !== null && at <= NOW ? at : null);
  const seen = Math.min(shipped + detected * MINUTE, NOW);
  const mended = known(mitigated === null ? null : seen + mitigated * MINUTE);
  const after = (minutes: number | null) =>
    known(minutes === null || mended === null ? null : mended + minutes * MINUTE);
  return {
    started: shipped,
    detected: seen,
    mitigated: mended,
    updated: after(updated),
    postmortem: after(postmortem),
  };
}

function eventsOf(each: Happening, i: number, drops: number, words: string): LedgerEvent[] {
  const { detected, ...marks } = instantsOf(each, drops);
  const { severity, kind, drop } = each;
  const subject = `incident/i${i}`;
  const title = `Fails ${i} ${words}`;
  return [
    { ...opened(detected, { title, severity, kind, drop: `drop-${drop}` }), subject },
    ...Object.entries({ ...marks, detected }).flatMap(([type, at]) =>
      at === null ? [] : [event(type, at, { subject })],
    ),
  ];
}

/** By the guide's words alone: nothing of the product computes here. */
function expected(happenings: readonly Happening[], drops: number) {
  const real = happenings.filter(({ kind }) => kind === "real");
  const FROM = {
    detect: "started",
    mitigate: "detected",
    update: "mitigated",
    postmortem: "mitigated",
  } as const;
  const TO = {
    detect: "detected",
    mitigate: "mitigated",
    update: "updated",
    postmortem: "postmortem",
  } as const;
  const spans = (name: keyof typeof FROM, of: readonly Happening[]) =>
    of.map((each) => {
      const at = instantsOf(each, drops);
      const [from, to] = [at[FROM[name]], at[TO[name]]];
      const target = SAMPLE_TARGETS[each.severity][name];
      const verdict: Verdict | null =
        target === null
          ? null
          : from === null
            ? "no data"
            : to !== null
              ? to - from <= target
                ? "met"
                : "missed"
              : NOW - from > target
                ? "missed"
                : "no data";
      return { verdict, ms: from === null || to === null ? null : to - from };
    });
  const cell = (name: keyof typeof FROM, n: number): Verdict => {
    const told = spans(
      name,
      real.filter(({ drop }) => drop === n),
    ).flatMap(({ verdict }) => verdict ?? []);
    // Of several targets without one of them, those that have one decide; of several incidents an open one leaves it open.
    const undecided = real.filter(({ drop }) => drop === n).length > told.length;
    if (told.includes("missed")) return "missed";
    return told.length > 0 && !undecided && told.every((verdict) => verdict === "met") ? "met" : "no data";
  };
  const numbers = Array.from({ length: drops }, (_, i) => i + 1);
  const middle = (all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const [a, b] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
    return a === undefined || b === undefined ? null : (a + b) / 2;
  };
  return {
    cells: (name: keyof typeof FROM) => numbers.map((n) => cell(name, n)),
    median: (name: keyof typeof FROM) => middle(spans(name, real).flatMap(({ ms }) => ms ?? [])),
    failed: numbers.filter((n) => real.some(({ drop }) => drop === n)).length,
    rework: numbers.filter((n) =>
      real.some((each) => {
        const { detected, mitigated } = instantsOf(each, drops);
        const shipped = shippedAt(n, drops);
        return each.drop !== n && shipped > detected && (mitigated === null || shipped <= mitigated);
      }),
    ).length,
  };
}

/** Reads RFC 4180 strictly: every line of one length, nothing after a closing quote. */
function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let rest = text;
  while (rest !== "") {
    const row: string[] = [];
    for (;;) {
      const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
      if (whole === undefined) throw new Error(`no field: ${rest.slice(0, 60)}`);
      row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
      rest = rest.slice(whole.length);
      if (end === "\r\n") break;
    }
    rows.push(row);
  }
  const [head, ...body] = rows;
  for (const row of body) assert.equal(row.length, head!.length);
  return body.map((row) => Object.fromEntries(row.map((value, i) => [head![i]!, value])));
}

function* shapesIn(shapes: readonly (Shape | string)[]): Generator<Shape> {
  for (const each of shapes)
    if (typeof each !== "string") {
      yield each;
      yield* shapesIn(each.children);
    }
}

const textOf = (each: Shape | string): string =>
  typeof each === "string" ? each : each.children.map(textOf).join("");

function* elementsIn(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* elementsIn(child);
}

interface Told {
  pillars: Record<string, Verdict>;
}

const SIGNS: Record<Verdict, string> = { met: "✓", missed: "✗", "no data": "–" };

describe("the scorecard on the page, in an export and on the command line", () => {
  it("has the numbers of an independent computation, over random ledgers", () => {
    fc.assert(
      fc.property(worlds, ({ drops, happenings, words }) => {
        const events = happenings.flatMap((each, i) => eventsOf(each, i, drops, words));
        const release = releaseWith(drops, events, 3);
        const scorecard = scorecardOf(release, release.drops, NOW);
        const scores = { scorecard, adoption: adoptionOf(release, null, NOW) };
        const view = scorecardView(scores, words);
        const right = expected(happenings, drops);
        const report = JSON.parse(scorecardFile("json", scores, words));
        const csv = readCsv(scorecardFile("csv", scores, words));
        const svg = [...elementsIn(readXml(scorecardFile("svg", scores, words)))];
        const page = [...shapesIn(scorecardShapes(view, EXPORT_FORMATS, { incident() {}, save() {} }))];
        const markdown = scorecardFile("markdown", scores, words);
        const measure = (name: string) =>
          textOf(page.find(({ name: tag, attributes }) => tag === "div" && attributes.key === name)!);
        assert.deepEqual(report, JSON.parse(JSON.stringify(scorecardReport(scores))));
        for (const name of CLOCK_NAMES) {
          const cells = right.cells(name);
          const [met, missed] = (["met", "missed"] as const).map(
            (wanted) => cells.filter((each) => each === wanted).length,
          );
          const medianMs = right.median(name);
          assert.deepEqual(
            view.drops.map((drop) => drop.cells[name].verdict),
            cells,
            name,
          );
          assert.deepEqual(report.drops.map((drop: Told) => drop.pillars[name]).reverse(), cells, name);
          assert.deepEqual([report.pillars[name].met, report.pillars[name].missed], [met, missed]);
          assert.equal(report.pillars[name].medianMs, medianMs, name);
          const lines = csv.filter(({ target }) => target === name);
          assert.deepEqual(
            lines.map(({ verdict }) => verdict),
            cells,
          );
          assert.ok(lines.every((line) => line.median_ms === String(medianMs ?? "")));
          const row = page.find(({ name: tag, attributes }) => tag === "tr" && attributes.key === name)!;
          const [, told, , , ...signs] = row.children.map(textOf);
          assert.equal(told, `${met} of ${met! + missed!}`);
          assert.deepEqual(
            signs.map((sign) => sign[0]),
            cells.map((verdict) => SIGNS[verdict]),
          );
          const drawn = svg.filter(
            ({ name: tag, children }) =>
              tag === "g" &&
              children[0]?.name === "title" &&
              children[0].text.startsWith(`${CLOCKS[name].title}, drop-`),
          );
          assert.deepEqual(
            drawn.map((cell) => cell.one("text")),
            cells.map((verdict) => SIGNS[verdict]),
          );
          assert.ok(markdown.includes(`${met} of ${met! + missed!}`));
        }
        const share = (n: number) => `${Math.round((n / drops) * 100)} %`;
        assert.deepEqual([report.dora.failed, report.dora.rework], [right.failed, right.rework]);
        assert.ok(measure("Change failure rate").includes(share(right.failed)));
        assert.ok(measure("Rework rate").includes(share(right.rework)));
        assert.ok(
          svg.some(({ text }) => text === `Rework rate ${share(right.rework)} (${right.rework} of ${drops})`),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("writes no formula into a spreadsheet, and no markup into a picture", () => {
    const drop = "=cmd|'/c calc'!A1";
    const release = releaseWith(1, []);
    const [only] = release.drops;
    const scorecard = scorecardOf(release, [{ ...only!, tag: drop }], NOW);
    const scores = { scorecard, adoption: adoptionOf(release, null, NOW) };
    assert.equal(readCsv(scorecardFile("csv", scores, null))[0]!.drop, `'${drop}`);
    const service = '</text><script>alert(1)</script>"';
    const picture = readXml(scorecardFile("svg", scores, service));
    assert.equal(picture.one("title"), `Scorecard of ${service}`);
    assert.ok([...elementsIn(picture)].every(({ name }) => name !== "script"));
  });
});
