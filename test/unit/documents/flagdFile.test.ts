import assert from "node:assert/strict";
import { switchOff } from "../../../src/documents/flagdFile.ts";

describe("flags of a flagd file", () => {
  it("are switched off once, however often they are named", () => {
    const text = '{ "flags": { "x": { "state": "ENABLED" }, "y": {"variants": {} } } }';
    assert.equal(
      switchOff(text, ["x", "y", "x", "y"], "f.json"),
      '{ "flags": { "x": { "state": "DISABLED" }, "y": {"state": "DISABLED","variants": {} } } }',
    );
  });

  it("are switched off in a list too, in every set that has one of the name", () => {
    const text =
      '{ "flags": [ { "key": "x", "state": "ENABLED" }, { "key": "y", "state": "ENABLED" }, { "key": "x" } ] }';
    assert.equal(
      switchOff(text, ["x"], "f.json"),
      '{ "flags": [ { "key": "x", "state": "DISABLED" }, { "key": "y", "state": "ENABLED" }, { "state": "DISABLED", "key": "x" } ] }',
    );
    assert.throws(() => switchOff(text, ["z"], "f.json"), /has no flag “z”; it has x, y, x\./);
  });

  it("are soon found behind a flood of blanks", () => {
    const text = `{ "flags": {${" ".repeat(300_000)}"x": {${" ".repeat(300_000)}"variants": {} } } }`;
    assert.match(switchOff(text, ["x"], "f.json"), /"state": "DISABLED"/);
  });

  it("are not switched where that would switch others too", () => {
    const shared = [
      "flags:\n  x:\n    state: &s ENABLED\n  z:\n    state: *s\n",
      "flags:\n  x: &a\n    state: ENABLED\n  z: *a\n",
      "flags:\n  x: &a\n    state: ENABLED\n  z:\n    <<: *a\n",
    ];
    for (const text of shared)
      assert.throws(
        () => switchOff(text, ["x"], "f.yaml"),
        /^HumanError: f\.yaml: the flag “x” shares what it says by &[as], .*; give it a state of its own\.$/,
      );
    const alone = "flags:\n  x: &a\n    state: ENABLED\n";
    assert.equal(switchOff(alone, ["x"], "f.yaml"), alone.replace("ENABLED", "DISABLED"));
  });

  it("are not switched in a file that is not UTF-8: its other bytes would be spoilt", () => {
    const latin = Buffer.from('{"flags":{"x":{"state":"ENABLED","is":"café"}}}', "latin1").toString("utf8");
    assert.throws(
      () => switchOff(latin, ["x"], "f.json"),
      /f\.json is not in UTF-8, .*; save it as UTF-8\.$/,
    );
  });
});
