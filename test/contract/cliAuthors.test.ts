import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { dropRepository } from "../support/git/dropRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { plantEntry } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

describe("an event under another one's name, on the command line", () => {
  const repository = dropRepository();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommandLine(repository.dir, args);
    assert.notEqual(stdout, "", stderr);
    return { code, stdout };
  };
  const json = async (...args: string[]) => JSON.parse((await run("--json", ...args)).stdout);
  let id = "";
  const forged = { by: "Cy <cy@example.com>", data: { text: "All is well" } };
  let event: ReturnType<typeof stored>;

  before(async () => {
    id = (await run("incident", "open", "--title", "Checkout answers 5xx")).stdout.trim();
    event = stored({ subject: `incident/${id}`, ...forged });
    plantEntry(repository, eventPath(event), encodeEvent(event));
  });

  it("is flagged in the timeline and in a warning, with who entered it", async () => {
    const shown = await json("incident", "show", id);
    const flagged = shown.timeline.filter((entry: { authorDoubt: string | null }) => entry.authorDoubt);
    assert.equal(flagged.length, 1);
    assert.equal(flagged[0].event, event.id);
    assert.equal(flagged[0].authorDoubt, "differs");
    assert.equal(flagged[0].enteredBy, "Hand <hand@example.com>");
    assert.equal(flagged[0].by, "Cy <cy@example.com>");
    const warning = "1 event said to be by Cy <cy@example.com>, but entered by Hand <hand@example.com>.";
    assert.ok(shown.warnings.includes(warning), shown.warnings.join("\n"));
    const text = (await run("incident", "show", id)).stdout;
    assert.match(text, /All is well \(.*author differs: entered by Hand <hand@example\.com>\)/);
  });

  it("is flagged in the log, which names the commit of every event", async () => {
    const { events } = await json("log");
    for (const { id: each, by, flags, enteredBy, commit } of events) {
      const doubted = each === event.id;
      assert.equal(flags.includes("author differs"), doubted);
      assert.equal(enteredBy, doubted ? "Hand <hand@example.com>" : by);
      assert.equal(repository.git("log", "-1", "--format=%an <%ae>", commit), enteredBy);
      assert.match(repository.git("show", "--format=", "--name-only", commit), new RegExp(`${each}\\.json`));
    }
    assert.match((await run("log")).stdout, /All is well.*author differs: entered by Hand/);
  });

  it("is counted in the status, and stands in the post-mortem as what it is", async () => {
    const status = await json("status");
    assert.equal(status.ledger.doubted, 1);
    assert.match((await run("status")).stdout, /1 event not entered by their\s+author/);
    const path = (await run("postmortem", id)).stdout.trim();
    assert.match(readFileSync(resolve(repository.dir, path), "utf8"), /author differs: entered by Hand/);
  });
});
