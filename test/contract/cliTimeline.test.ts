import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../support/commandLine.ts";
import { dropRepository } from "../support/dropRepository.ts";

const at = (time: string) => [`DROPCLOCK_CLOCK=2026-11-23T${time}Z`];

describe("the timeline, from a chat into the post-mortem", () => {
  const { dir } = dropRepository();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommandLine(dir, args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  let id: string;
  let path: string;
  before(async () => {
    id = await run(
      ...at("12:00"),
      "incident",
      "open",
      "--title",
      "Carts are empty",
      "--started",
      "2026-11-23T10:00Z",
    );
    path = join(dir, await run(...at("12:01"), "postmortem", id));
  });

  it("takes each pasted line at the time that it carries, and a line without one with the line before", async () => {
    const lines = [
      "2026-11-23T10:04:11Z pool exhausted | 50 of 50",
      "    at Pool.take (pool.js:3)",
      '10.0.0.7 - - [23/Nov/2026:11:05:00 +0100] "GET /cart HTTP/1.1" 500 12',
      "Nov 23 10:06:30 shop-1 checkout[7]: <b>gave up</b>",
      "[10:07] bo: rolling back",
    ];
    await run(...at("12:05"), "incident", "paste", id, lines.join("\n"), "--zone", "UTC");
    const { timeline } = JSON.parse(await run(...at("12:06"), "incident", "show", id, "--json"));
    const notes = timeline.filter(({ type }: { type: string }) => type === "note");
    assert.deepEqual(
      notes.map(({ at: when }: { at: string }) => when.slice(11, 19)),
      ["10:04:11", "10:05:00", "10:06:30", "10:07:00"],
    );
    assert.match(JSON.stringify(notes[0]), /Pool\.take/);
  });

  it("asks for the zone of a time that names none, and takes nothing", async () => {
    const { code, stderr } = await runCommandLine(dir, [
      ...at("12:07"),
      "incident",
      "paste",
      id,
      "[10:09] bo: done",
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /--zone/);
  });

  it("is brought up to date between its markers, and nothing else of the file changes", async () => {
    const before = readFileSync(path, "utf8").replace(
      "## Summary\n",
      "## Summary\n\nCarts were empty.  \r\n",
    );
    writeFileSync(path, before);
    await run(...at("12:10"), "postmortem", id, "--refresh");
    const after = readFileSync(path, "utf8");
    const outside = (text: string) =>
      text.replace(/(<!-- dropclock:timeline -->)[\s\S]*?(<!-- \/dropclock:timeline -->)/, "$1$2");
    assert.equal(outside(after), outside(before));
    assert.notEqual(outside(after), after, "the markers are there");
    assert.match(after, /pool exhausted/);
    assert.doesNotMatch(after, /<b>gave up/, "what was pasted is text");
    await run(...at("12:11"), "postmortem", id, "--refresh");
    assert.equal(readFileSync(path, "utf8"), after);
  });
});
