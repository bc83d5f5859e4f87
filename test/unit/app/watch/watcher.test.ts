import assert from "node:assert/strict";
import { mock } from "node:test";
import { realTime } from "../../../../src/app/project/ticker.ts";
import { Watcher } from "../../../../src/app/watch/watcher.ts";
import type { WatchNews } from "../../../../src/app/watch/watchNews.ts";
import { compare } from "../../../../src/domain/detection/comparison.ts";
import type { WatchFacts } from "../../../../src/domain/drop/watchPlan.ts";
import type { Signal } from "../../../../src/domain/policy/policy.ts";
import type { Answer } from "../../../../src/domain/signal/signal.ts";
import { SAMPLE_SIGNAL, signalThat, WatchedProject } from "../../../support/editor/watchedProject.ts";
import { at } from "../../../support/record/events.ts";
import { MemoryStore } from "../../../support/record/memoryLedger.ts";

const SHIPPED = at("09:40");
const MINUTE = 60_000;
// Asked for anew each time, for the tests put another clock in its place.
const now = () => Date.now();
type Breached = Extract<WatchNews, { kind: "breached" }>;
type Unrecorded = Extract<WatchNews, { kind: "unrecorded" }>;
const flush = () => new Promise((resolve) => setImmediate(resolve));

/** A watcher of its own clone, with the news that it told. */
class Bench {
  readonly project: WatchedProject;
  readonly watcher: Watcher;
  readonly news: WatchNews[] = [];
  readonly failures: unknown[] = [];
  /** What each source was opened with. */
  readonly opened: WatchFacts[] = [];
  requests = 0;
  answer: Answer | (() => Promise<Answer>) = { series: [{ name: null, value: 0 }] };

  constructor(signals: Signal[], options: { store?: MemoryStore; by?: string } = {}) {
    this.project = new WatchedProject(now, { signals, shippedAt: SHIPPED, ...options });
    this.watcher = new Watcher({
      project: this.project,
      open: (_, facts) => {
        this.opened.push(facts);
        return this.#read;
      },
      time: { ...realTime, now },
      tell: (each) => void this.news.push(each),
      fail: (error) => void this.failures.push(error),
    });
  }

  readonly #read = async () => {
    this.requests += 1;
    return typeof this.answer === "function" ? this.answer() : this.answer;
  };

  set value(value: number) {
    this.answer = { series: [{ name: null, value }] };
  }

  async follow(): Promise<void> {
    this.watcher.follow((await this.project.read()).release);
  }

  told = (kind: WatchNews["kind"]) => this.news.filter((each) => each.kind === kind);
  async incidents() {
    return (await this.project.read()).release.incidents;
  }
  async events(type: string) {
    return (await this.project.read()).release.events.filter((event) => event.type === type);
  }
}

/** Lets time pass, second by second, with everything that is due. */
async function pass(ms: number, benches: Bench[]): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) {
    mock.timers.tick(Math.min(1000, left));
    for (let i = 0; i < 3; i++) await flush();
  }
  for (const bench of benches) {
    await bench.watcher.settled();
    // The editor reads again whenever the ledger has changed.
    await bench.follow();
    assert.deepEqual(bench.failures, []);
  }
}

describe("the watcher", () => {
  const benches: Bench[] = [];
  const bench = (
    signals: Signal[] = [SAMPLE_SIGNAL],
    options: ConstructorParameters<typeof Bench>[1] = {},
  ) => {
    const made = new Bench(signals, options);
    benches.push(made);
    return made;
  };
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: SHIPPED + MINUTE }));
  afterEach(() => {
    for (const each of benches.splice(0)) each.watcher.dispose();
    mock.timers.reset();
  });

  it("reads each signal as often as the policy says, and only in the watch window", async () => {
    const one = bench([SAMPLE_SIGNAL, { ...SAMPLE_SIGNAL, name: "slow", every: MINUTE }]);
    await one.follow();
    await pass(10 * MINUTE, [one]);
    assert.equal(one.requests, 40 + 10);
    await pass(19 * MINUTE, [one]);
    const { requests } = one;
    assert.equal(one.watcher.view(), null);
    await pass(120 * MINUTE, [one]);
    assert.equal(one.requests, requests);
  });

  it("watches every drop in its window, and what a signal says is about the one that shipped last", async () => {
    const one = bench();
    const tag = (name: string, commit: string, date: number) => ({ name, commit: commit.repeat(40), date });
    const before = tag("drop-41", "a", SHIPPED - 10 * MINUTE);
    one.project.tags = [before, ...one.project.tags];
    await one.follow();
    await pass(5 * MINUTE, [one]);
    assert.equal(one.watcher.view()!.drop.tag, "drop-42");
    const answers = (await one.events("signal")).map(({ subject }) => subject).sort();
    assert.deepEqual(answers, ["drop/drop-41", "drop/drop-42"]);
    // Another one ships: what was seen so far of those that stay in their windows is on record.
    one.project.tags = [...one.project.tags, tag("drop-43", "c", Date.now())];
    await one.follow();
    await pass(14 * MINUTE + 5000, [one]);
    const watched = async () =>
      (await one.events("watched")).map(
        ({ subject, data }) => `${subject.slice(5)} ${String(data.to).slice(11, 16)}`,
      );
    assert.deepEqual(await watched(), ["drop-42 09:46", "drop-41 09:46", "drop-41 10:00"]);
    one.value = 1;
    await pass(6 * MINUTE, [one]);
    const [breach] = one.told("breached") as Breached[];
    assert.deepEqual([breach!.drop.tag, breach!.incident!.drop], ["drop-43", "drop-43"]);
    await pass(120 * MINUTE, [one]);
    assert.equal((await watched()).length, 3, "while the signal was breached nothing was watched calmly");
  });

  it("makes no request and sets no timer where the window is over and nothing goes on", async () => {
    mock.timers.tick(60 * MINUTE);
    const one = bench();
    await one.follow();
    await pass(60 * MINUTE, [one]);
    assert.equal(one.requests, 0);
    assert.equal(one.project.appends, 0);
  });

  it("puts on record that it was watched when the window ends calm, and by whom", async () => {
    const store = new MemoryStore();
    const two = [bench(undefined, { store }), bench(undefined, { store, by: "Bo <bo@example.com>" })];
    for (const each of two) await each.follow();
    await pass(30 * MINUTE, two);
    const [watched, ...more] = (await two[0]!.events("watched")).sort((a, b) => (a.by < b.by ? -1 : 1));
    assert.deepEqual(
      more.map(({ by }) => by),
      ["Bo <bo@example.com>"],
    );
    assert.equal(watched!.data.from, new Date(SHIPPED + MINUTE + 1000).toISOString());
    assert.equal(watched!.data.to, new Date(SHIPPED + 30 * MINUTE).toISOString());
    assert.deepEqual(watched!.data.signals, [
      { name: "checkout errors", readings: 116, failed: 0, worst: 0 },
    ]);
    // That the signal answered, and who watched.
    assert.deepEqual(
      (await two[0]!.events("signal")).map(({ by, data }) => [by, data.state]),
      [
        ["Ana <ana@example.com>", "calm"],
        ["Bo <bo@example.com>", "calm"],
      ],
    );
    assert.equal(two[0]!.told("ended").length, 1);
  });

  it("opens one incident, begun with the first breaching reading and detected now", async () => {
    const one = bench();
    await one.follow();
    await pass(2 * MINUTE, [one]);
    one.value = 0.5;
    await pass(MINUTE, [one]);
    assert.deepEqual(await one.incidents(), []);
    await pass(MINUTE, [one]);
    const [incident, ...more] = await one.incidents();
    assert.deepEqual(more, []);
    assert.equal(incident!.id, "2026-11-23-drop-42-regression");
    assert.equal(incident!.title, "checkout errors breached on drop-42");
    const { started, detected } = incident!.round.marks;
    assert.deepEqual([started!.assumed, detected!.at - started!.at], [false, MINUTE]);
    assert.equal(incident!.round.severity, "critical");
    const [told] = one.told("breached") as Breached[];
    assert.deepEqual([told!.first, told!.opened], [true, true]);
    const [note] = await one.events("note");
    assert.equal(note!.data.text, "Signal “checkout errors” is breached: 0.5 is > 0.02, held for 1m");
  });

  it("opens one between watchers that see it at the same moment, and one of them acts", async () => {
    const store = new MemoryStore();
    const names = ["Ana <ana@example.com>", "Bo <bo@example.com>", "Pipeline <ci@example.com>"];
    const many = names.map((by) => bench(undefined, { store, by }));
    for (const each of many) await each.follow();
    for (const each of many) each.value = 0.5;
    await pass(5 * MINUTE, many);
    assert.equal((await many[0]!.incidents()).length, 1);
    const breached = many.map((each) => each.told("breached")[0] as Breached);
    assert.equal(breached.filter(({ first }) => first).length, 1);
    assert.equal(new Set(breached.map(({ incident }) => incident!.id)).size, 1);
  });

  it("joins the incident that somebody has declared already", async () => {
    const one = bench();
    await one.follow();
    one.value = 0.5;
    await one.project.append([
      {
        subject: "incident/by-hand",
        type: "opened",
        data: { title: "It burns", severity: "major", drop: "drop-42", kind: "real" },
      },
    ]);
    await pass(3 * MINUTE, [one]);
    const incidents = await one.incidents();
    assert.deepEqual(
      incidents.map(({ id }) => id),
      ["by-hand"],
    );
    assert.equal((await one.events("note"))[0]!.subject, "incident/by-hand");
  });

  it("opens no second one for a signal that flaps, and writes on the open one when it clears", async () => {
    const one = bench([{ ...SAMPLE_SIGNAL, for: 0, every: 1000 }]);
    await one.follow();
    for (let i = 0; i < 100; i++) {
      one.value = i % 2 === 0 ? 0.5 : 0;
      await pass(3000, [one]);
    }
    one.value = 0;
    await pass(2 * MINUTE, [one]);
    assert.equal((await one.incidents()).length, 1);
    const notes = (await one.events("note")).map(({ data }) => data.text as string);
    assert.match(notes.at(-1)!, /^Signal “checkout errors” is calm again: 0 is not > 0\.02: calm$/);
    // Five minutes of flapping each second: at most one word a minute.
    assert.ok(notes.length >= 2 && notes.length <= 8, String(notes.length));
  });

  it("compares anew once the incident is mitigated, and writes on it when that is calm", async () => {
    const source: Signal["source"] = {
      kind: "compare",
      url: "http://prometheus:9090",
      events: { kind: "counters", counted: "bad", events: "errors", all: "requests", by: null },
      before: [86_400_000],
      worse: 1.5,
      falseAlarms: 0.001,
    };
    const signal = signalThat("open", { source, breach: null, for: 0 });
    const normal = [
      { name: "1d", blocks: Array.from({ length: 288 }, (_, i) => ({ index: i, bad: 1, all: 200 })) },
    ];
    const law = { worse: 1.5, falseAlarms: 0.001, tests: 1 };
    const judged = (since: number, bad: number): Answer => {
      const events = [{ from: since, at: now(), bad, all: 400 }];
      const verdict = compare(law, since, normal, events, now());
      return { detection: { kind: "compare", verdict, variant: null, variants: 1 } };
    };
    const one = bench([signal]);
    one.answer = async () => judged(SHIPPED, 40);
    await one.follow();
    await pass(MINUTE, [one]);
    const [incident] = await one.incidents();
    assert.equal(incident?.round.marks.started?.at, SHIPPED);
    const [opened] = one.opened;
    assert.deepEqual([opened!.since, opened!.tests], [SHIPPED, 1]);
    const [entry] = await one.events("signal");
    assert.ok(entry);
    assert.deepEqual((entry.data.detection as { state: string }).state, "regressed");

    one.answer = async () => judged(one.opened.at(-1)!.since, 2);
    await one.project.append([
      { subject: `incident/${incident!.id}`, type: "mitigated", data: { how: "a fix" } },
    ]);
    const mitigated = now();
    await one.follow();
    await pass(2 * MINUTE, [one]);
    assert.equal(one.opened.at(-1)!.since, mitigated);
    assert.equal(one.told("breached").length, 1);
    assert.equal(one.told("calm").length, 1);
  });

  it("goes on through the incident, and leaves when it is resolved", async () => {
    const one = bench();
    await one.follow();
    one.value = 0.5;
    await pass(3 * MINUTE, [one]);
    await pass(60 * MINUTE, [one]);
    assert.equal(one.watcher.view()!.reason, "incident");
    const subject = `incident/${(await one.incidents())[0]!.id}`;
    one.value = 0;
    await pass(MINUTE, [one]);
    for (const type of ["mitigated", "resolved"]) await one.project.append([{ subject, type }]);
    await one.follow();
    assert.equal(one.watcher.view(), null);
    const { requests } = one;
    await pass(60 * MINUTE, [one]);
    assert.equal(one.requests, requests);
    assert.deepEqual(await one.events("watched"), []);
  });

  it("opens another one when a signal breaches after the first is over", async () => {
    const one = bench([{ ...SAMPLE_SIGNAL, for: 0 }]);
    await one.follow();
    one.value = 1;
    await pass(MINUTE, [one]);
    const id = (await one.incidents())[0]!.id;
    for (const type of ["mitigated", "resolved", "updated", "postmortem"])
      await one.project.append([{ subject: `incident/${id}`, type }]);
    await one.follow();
    await pass(3 * MINUTE, [one]);
    assert.equal((await one.incidents()).length, 1);
    one.value = 0;
    await pass(2 * MINUTE, [one]);
    one.value = 1;
    await pass(2 * MINUTE, [one]);
    assert.deepEqual((await one.incidents()).map((each) => each.id).sort(), [
      "2026-11-23-drop-42-regression",
      "2026-11-23-drop-42-regression-2",
    ]);
  });

  it("only tells where the policy says notify", async () => {
    const one = bench([signalThat("notify")]);
    await one.follow();
    one.value = 1;
    await pass(3 * MINUTE, [one]);
    assert.deepEqual(await one.incidents(), []);
    assert.equal(one.told("breached").length, 1);
  });

  it("shows a signal that cannot be read as an error, which never counts as watched", async () => {
    const one = bench();
    await one.follow();
    one.answer = { failed: "It did not answer." };
    await pass(30 * MINUTE, [one]);
    assert.deepEqual(await one.incidents(), []);
    assert.deepEqual(await one.events("watched"), []);
    assert.equal(one.told("error").length, 1);
    assert.deepEqual(await one.events("signal"), []);
  });

  it("does not ask twice at once where a source is slower than its interval", async () => {
    const one = bench();
    let free: (answer: Answer) => void = () => {};
    one.answer = () => new Promise((resolve) => (free = resolve));
    await one.follow();
    await pass(2 * MINUTE, [one]);
    assert.equal(one.requests, 1);
    free({ series: [{ name: null, value: 0 }] });
    await pass(2000, [one]);
    assert.equal(one.requests, 2);
  });

  it("gives a view that stays as it was, so that the next one can be told from it", async () => {
    const one = bench();
    await one.follow();
    await pass(1000, [one]);
    const before = one.watcher.view()!.signals[0]!;
    const numbers = [...before.numbers];
    await pass(MINUTE, [one]);
    assert.deepEqual(before.numbers, numbers);
    assert.ok(one.watcher.view()!.signals[0]!.numbers.length > numbers.length);
  });

  it("reads at once what asks for a secret when one was set, and nothing else", async () => {
    const auth = { scheme: "basic", secret: "prom" } as const;
    const guarded = signalThat("open", {
      every: 5 * MINUTE,
      source: { kind: "prometheus", url: "http://prometheus:9090", query: "errors", auth },
    });
    const one = bench([guarded]);
    const other = bench([signalThat("open", { every: 5 * MINUTE })]);
    for (const each of [one, other]) {
      each.answer = { failed: "There is no secret.", secret: "unset" };
      await each.follow();
    }
    await pass(MINUTE, [one, other]);
    for (const each of [one, other]) {
      each.value = 0;
      each.watcher.secretsChanged();
    }
    await pass(1000, [one, other]);
    assert.deepEqual([one.requests, other.requests], [2, 1]);
    assert.deepEqual(
      [one, other].map((each) => each.watcher.view()!.signals[0]!.found!.secret),
      [null, "unset"],
    );
  });

  it("reads again as soon as it can when a secret was set while it was being read without", async () => {
    const auth = { scheme: "basic", secret: "prom" } as const;
    const guarded = signalThat("open", {
      every: 5 * MINUTE,
      source: { kind: "prometheus", url: "http://prometheus:9090", query: "errors", auth },
    });
    const one = bench([guarded]);
    let free: (answer: Answer) => void = () => {};
    one.answer = () => new Promise((resolve) => (free = resolve));
    await one.follow();
    await pass(1000, [one]);
    one.watcher.secretsChanged();
    free({ failed: "There is no secret.", secret: "unset" });
    one.value = 0;
    await pass(2000, [one]);
    assert.equal(one.requests, 2);
  });

  it("begins anew with another drop or another policy, and drops what was under way", async () => {
    const one = bench();
    let free: (answer: Answer) => void = () => {};
    one.answer = () => new Promise((resolve) => (free = resolve));
    await one.follow();
    await pass(2000, [one]);
    one.project.tags = [...one.project.tags, { name: "drop-43", commit: "c".repeat(40), date: Date.now() }];
    await one.follow();
    free({ series: [{ name: null, value: 1 }] });
    one.value = 0;
    await pass(MINUTE, [one]);
    const view = one.watcher.view()!;
    assert.equal(view.drop.tag, "drop-43");
    assert.ok(view.signals[0]!.numbers.every((value) => value === 0));
  });

  it("puts on record what was watched when it is ended before the window", async () => {
    const one = bench();
    await one.follow();
    await pass(5 * MINUTE, [one]);
    await one.watcher.finish();
    const [watched] = await one.events("watched");
    assert.equal(watched!.data.to, new Date(SHIPPED + 6 * MINUTE).toISOString());
  });

  it("tries again to put a breach on record where that failed", async () => {
    const one = bench();
    await one.follow();
    one.value = 1;
    const { append } = one.project;
    one.project.append = async () => {
      throw new Error("the disk is full");
    };
    await pass(59_000, []);
    mock.timers.tick(3000);
    for (let i = 0; i < 5; i++) await flush();
    assert.ok(one.failures.length > 0);
    assert.deepEqual(
      one.told("unrecorded").map((each) => (each as Unrecorded).why),
      ["the disk is full"],
    );
    one.failures.length = 0;
    one.project.append = append;
    await pass(MINUTE, [one]);
    assert.equal((await one.incidents()).length, 1);
  });
});
