import assert from "node:assert/strict";
import { needsZone, readPasted } from "../../../../src/app/incident/pastedText.ts";
import { at } from "../../../support/record/events.ts";
import { incidentOf, MITIGATED } from "../../documents/sampleFacts.ts";

const incident = incidentOf(MITIGATED());
const NOW = at("15:00");

describe("pasted text", () => {
  it("is one entry for each line that carries a time, with the lines that follow it", () => {
    const text =
      "2026-11-23T10:05:00Z refused\n  at pay()\n\n[10:06] Ana: looking\r\n[10:07] Bo: it is drop-42\n";
    const lines = readPasted(text, incident, "UTC", NOW);
    assert.deepEqual(lines, [
      { at: at("10:05"), text: "refused at pay()", zone: null },
      { at: at("10:06"), text: "Ana: looking", zone: "UTC" },
      { at: at("10:07"), text: "Bo: it is drop-42", zone: "UTC" },
    ]);
    assert.equal(needsZone(lines), false);
    assert.equal(needsZone(readPasted(text, incident, null, NOW)), true);
  });

  it("is what somebody said at the time above it, as chats are copied", () => {
    const entry = (time: string, words: string) => ({ at: at(time), text: words, zone: "UTC" });
    const slack =
      "Ana Silva\n  10:04 AM\nrefunds fail\nfor all\n10:05\nlooking\nBo\n  10:07 AM\nit is drop-42";
    assert.deepEqual(readPasted(slack, incident, "UTC", NOW), [
      entry("10:04", "Ana Silva: refunds fail for all"),
      entry("10:05", "looking"),
      entry("10:07", "Bo: it is drop-42"),
    ]);
    assert.deepEqual(readPasted("Ana  10:04 AM\nrefunds fail\n10:09 AM\n", incident, "UTC", NOW), [
      entry("10:04", "Ana refunds fail"),
    ]);
  });

  it("happened now, or when somebody says, where it carries no time", () => {
    assert.deepEqual(readPasted("we rang the provider", incident, null, NOW), [
      { at: NOW, text: "we rang the provider", zone: null },
    ]);
    assert.deepEqual(readPasted("we rang\n10:06Z they answered", incident, null, NOW, at("10:01")), [
      { at: at("10:01"), text: "we rang", zone: null },
      { at: at("10:06"), text: "they answered", zone: null },
    ]);
    assert.deepEqual(readPasted(" \n ", incident, null, NOW), []);
  });

  it("is inert", () => {
    const [line] = readPasted("2026-11-23T10:05:00Z \u001b[31mred\u202e", incident, null, NOW);
    assert.equal(line!.text, "[31mred");
  });
});
