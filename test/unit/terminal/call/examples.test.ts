import assert from "node:assert/strict";
import { EXAMPLES } from "../../../../src/terminal/call/examples.ts";
import { help } from "../../../../src/terminal/call/help.ts";
import { parseCall } from "../../../../src/terminal/call/parseCall.ts";
import { COMMANDS } from "../../../../src/terminal/commands.ts";
import { PLAIN } from "../../../../src/terminal/text/page.ts";

/** As a shell takes it apart: words, quoted ones, and what is read from a file left out. */
const wordsOf = (call: string) =>
  [...call.replace(/ < \S+$/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );

describe("the examples of the help", () => {
  it("are two of every command, and of no other", () => {
    assert.deepEqual(Object.keys(EXAMPLES).sort(), COMMANDS.map(({ name }) => name).sort());
    for (const [name, examples] of Object.entries(EXAMPLES))
      assert.equal(new Set(examples.map(([call]) => call)).size, 2, name);
  });

  it("are calls that the command takes", () => {
    for (const [name, examples] of Object.entries(EXAMPLES))
      for (const [call] of examples) {
        const [program, ...argv] = wordsOf(call);
        assert.equal(program, "dropclock", call);
        const { want, command } = parseCall(argv, COMMANDS);
        assert.deepEqual([want, command?.name], ["run", name], call);
      }
  });

  it("stand in the help of a command, as text and as JSON", async () => {
    const { json, text } = await help(["gate"], COMMANDS);
    assert.match(
      text({ width: 80, terminal: false, paint: PLAIN }),
      /^Examples:\n {2}# .*\n {2}dropclock gate\n/m,
    );
    assert.equal((json as { examples: unknown[] }).examples.length, 2);
  });
});
