import { EXPORT_FORMATS, type PageContent } from "../../src/documents/pageMessages.ts";
import type { LedgerEvent } from "../../src/domain/event/event.ts";
import { adoptionOf, scorecardOf } from "../../src/domain/record/scorecard.ts";
import { scorecardView } from "../../src/domain/record/scorecardView.ts";
import { decodeEvent } from "../../src/ledger/codec.ts";
import { launchBrowser } from "../support/install/browser.ts";
import { PageHarness } from "../support/pages/pageHarness.ts";
import { INCIDENTS, incidentOf, NOW, releaseWith } from "../support/pages/pageSamples.ts";
import { event } from "../support/record/events.ts";
import type { Budget } from "./bundle.bench.ts";
import { storedLedger } from "./fold.bench.ts";
import { median } from "./measure.ts";

const ROUNDS = 7;
const DROPS = 26;
const NOTES = 2_000;

/** The pages in a real browser: from what was read to the first paint, an update, and scrolling a long timeline. */
export async function pagesBench(): Promise<Budget[]> {
  const scorecard = largeScorecard();
  const long = longIncident(NOTES);
  const browser = await launchBrowser();
  try {
    const first = async (content: PageContent) => {
      const harness = await PageHarness.open(browser);
      const ms = await painted(harness, content);
      await harness.close();
      return ms;
    };
    const firsts: [number[], number[]] = [[], []];
    for (let i = 0; i < ROUNDS; i++) {
      firsts[0].push(await first(scorecard.content));
      firsts[1].push(await first(long));
    }
    const harness = await PageHarness.open(browser);
    await painted(harness, long);
    const updates: number[] = [];
    for (let i = 0; i < ROUNDS; i++) updates.push(await drawn(harness, longIncident(NOTES + 1 + i)));
    const frames = await scrolled(harness);
    return [
      {
        name: "scorecard of 2,000 incidents and 100,000 events: the view",
        value: scorecard.ms,
        unit: "ms",
        budget: 300,
      },
      { name: "the same: first paint after the data", value: median(firsts[0]), unit: "ms", budget: 300 },
      {
        name: `incident of ${NOTES} entries: first paint after the data`,
        value: median(firsts[1]),
        unit: "ms",
        budget: 300,
      },
      {
        name: "the same: an update with one more entry, drawn",
        value: median(updates),
        unit: "ms",
        budget: 16,
      },
      { name: "the same: the median frame while scrolling", value: frames, unit: "ms", budget: 17.5 },
    ];
  } finally {
    await browser.close();
  }
}

/** The ledger of years, spread over the drops. */
function largeScorecard(): { content: PageContent; ms: number } {
  const events = storedLedger().map((each) => decodeEvent(JSON.stringify(each)) as LedgerEvent);
  const spread = events.map((each) => {
    if (each.type !== "opened") return each;
    const drop = `drop-${1 + (Number(/\d+$/.exec(each.subject)?.[0]) % DROPS)}`;
    return { ...each, data: { ...each.data, drop } };
  });
  const release = releaseWith(DROPS, spread);
  const { incidents } = release;
  if (incidents.length !== 2000) throw new Error(`${incidents.length} incidents`);
  const start = performance.now();
  const scorecard = scorecardOf(release, release.drops, NOW);
  const view = scorecardView({ scorecard, adoption: adoptionOf(release, null, NOW) }, "Checkout");
  return { content: { page: "scorecard", view, formats: EXPORT_FORMATS }, ms: performance.now() - start };
}

const notes = Array.from({ length: NOTES + ROUNDS }, (_, i) =>
  event("note", NOW - (NOTES + ROUNDS - i) * 1000, { data: { text: `Looked at shard ${i}` } }),
);

const longIncident = (count: number): PageContent => ({
  page: "incident",
  view: incidentOf([...INCIDENTS.breached, ...notes.slice(0, count)]),
});

/** From the message to the frame after the one that it is drawn in. Milliseconds. */
const painted = ({ page }: PageHarness, content: PageContent) =>
  page.evaluate(
    (data) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        addEventListener(
          "message",
          () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start))),
          { once: true },
        );
        window.postMessage(data);
      }),
    { at: NOW, ref: { page: "scorecard", root: "/r" }, content },
  );

/** What an update costs of a frame: the script, style and layout. Milliseconds. */
const drawn = ({ page }: PageHarness, content: PageContent) =>
  page.evaluate(
    (data) => {
      const start = performance.now();
      dispatchEvent(new MessageEvent("message", { data }));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    },
    { at: NOW, ref: { page: "scorecard", root: "/r" }, content },
  );

const scrolled = ({ page }: PageHarness) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const frames: number[] = [];
        let last = performance.now();
        const step = () => {
          const now = performance.now();
          frames.push(now - last);
          last = now;
          scrollBy(0, 300);
          if (frames.length < 90) requestAnimationFrame(step);
          else resolve(frames.sort((a, b) => a - b)[45]!);
        };
        requestAnimationFrame(step);
      }),
  );
