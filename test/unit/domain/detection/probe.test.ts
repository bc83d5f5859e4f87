import assert from "node:assert/strict";
import fc from "fast-check";
import {
  PROBE_DEFAULTS,
  type ProbeResult,
  probeResult,
  probeVerdict,
} from "../../../../src/domain/detection/probe.ts";

const EXPECTED = { status: [200], text: "ok", within: 2000 };
const answer = (more: object = {}) => ({ status: 200, body: "all ok", tookMs: 100, ...more });
const faultOf = (given: Parameters<typeof probeResult>[1], expected = EXPECTED) =>
  probeResult(expected, given, 0).fault;

/** One result every 15 seconds: `.` as expected, `x` failed. */
const results = (text: string): ProbeResult[] =>
  [...text].map((letter, i) => ({ at: i * 15_000, fault: letter === "x" ? "status 500" : null }));
const stateAfter = (text: string) => probeVerdict(PROBE_DEFAULTS, results(text)).state;

describe("what a probe got", () => {
  it("is as expected by status, text and time", () => {
    assert.equal(faultOf(answer()), null);
    assert.equal(faultOf(answer({ tookMs: 2000 })), null);
    assert.equal(
      faultOf(answer({ status: 204, body: "" }), { status: [200, 204], text: null, within: 2000 } as never),
      null,
    );
  });

  it("names what was wrong, in one inert line", () => {
    assert.equal(faultOf(answer({ status: 503 })), "status 503 instead of 200");
    assert.equal(faultOf(answer({ body: "sorry" })), 'the answer lacks "ok"');
    assert.equal(faultOf(answer({ tookMs: 2500.4 })), "took 2500 ms, more than 2000 ms");
    const hostile = faultOf({ failed: "refused\n\u001b[31m by it" })!;
    assert.ok(hostile.startsWith("refused") && !hostile.includes("\n") && !hostile.includes("\u001b"));
  });
});

describe("the verdict of a probe", () => {
  it("is down after two failures in a row, from the first of them on, and one success ends it", () => {
    assert.deepEqual(["", ".", "x", ".x", ".xx", ".xx.", ".x.x.x"].map(stateAfter), [
      "noData",
      "calm",
      "suspicious",
      "suspicious",
      "down",
      "calm",
      "suspicious",
    ]);
    assert.deepEqual(probeVerdict(PROBE_DEFAULTS, results("..xxx")), {
      state: "down",
      since: 30_000,
      downAt: 45_000,
      failures: 3,
      fault: "status 500",
    });
    assert.equal(probeVerdict(PROBE_DEFAULTS, results("xx..")).since, 30_000);
  });

  it("finds a total outage within two minutes, whenever it begins", () => {
    for (let calm = 0; calm < 10; calm++) {
      const { downAt } = probeVerdict(PROBE_DEFAULTS, results(".".repeat(calm) + "x".repeat(8)));
      assert.ok(downAt! - calm * 15_000 <= 120_000);
    }
  });

  it("waits for as many successes as the law asks", () => {
    const law = { failures: 1, successes: 2 };
    assert.deepEqual(
      ["x", "x.", "x..", "x.x."].map((text) => probeVerdict(law, results(text)).state),
      ["down", "down", "calm", "down"],
    );
  });

  it("depends neither on the order of results nor on repetition, and is down only after failures in a row", () => {
    const texts = fc.array(fc.constantFrom(".", "x"), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        texts.chain((letters) => {
          const all = results(letters.join(""));
          const mixed = fc.shuffledSubarray(all, { minLength: all.length });
          return fc.record({ letters: fc.constant(letters), mixed, again: fc.subarray(all) });
        }),
        ({ letters, mixed, again }) => {
          const verdict = probeVerdict(PROBE_DEFAULTS, results(letters.join("")));
          assert.deepEqual(probeVerdict(PROBE_DEFAULTS, [...mixed, ...again]), verdict);
          assert.equal(verdict.state === "down", letters.join("").endsWith("xx"));
        },
      ),
    );
  });

  it("takes the failure where two results of one instant differ", () => {
    const both = [
      { at: 0, fault: "status 500" },
      { at: 0, fault: null },
    ];
    assert.equal(probeVerdict(PROBE_DEFAULTS, both).state, "suspicious");
    assert.equal(probeVerdict(PROBE_DEFAULTS, both.reverse()).state, "suspicious");
  });
});
