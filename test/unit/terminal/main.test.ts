import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { HumanError } from "../../../src/domain/text/humanError.ts";
import { exitStatusOf } from "../../../src/terminal/call/command.ts";
import { COMMANDS } from "../../../src/terminal/commands.ts";
import { main, type Terminal } from "../../../src/terminal/main.ts";
import { PLAIN } from "../../../src/terminal/text/page.ts";
import { visibleWidth } from "../../../src/terminal/text/table.ts";

async function ran(argv: string[], over: Partial<Terminal> = {}) {
  let stdout = "";
  let stderr = "";
  const code = await main({
    argv,
    directory: () => "/",
    version: "1.2.3",
    page: { width: 80, terminal: false, paint: PLAIN },
    write: (text) => {
      stdout += text;
    },
    complain: (text) => {
      stderr += text;
    },
    debug: false,
    ...over,
  });
  return { code, stdout, stderr };
}

const failing = (): never => {
  throw new Error("boom\nsecond line \u001b[31m");
};

describe("main", () => {
  it("tells one line about an error that nobody expected", async () => {
    const { code, stderr } = await ran(["--version"], { write: failing });
    assert.equal(code, 3);
    assert.match(stderr, /^dropclock: Something unexpected went wrong: boom second line \[31m \(.*\)\n$/);
  });

  it("shows where it came from on demand", async () => {
    const { stderr } = await ran(["--version"], { write: failing, debug: true });
    assert.match(stderr, /\n {4}at .*failing/);
  });

  it("needs no working directory where -C names a whole path", async () => {
    const { code, stdout } = await ran(["-C", tmpdir(), "policy", "schema", "--json"], {
      directory: failing,
    });
    assert.deepEqual([code, JSON.parse(stdout).type], [0, "object"]);
  });

  it("says so where the working directory is gone", async () => {
    const { code, stdout, stderr } = await ran(["status"], { directory: failing });
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: The folder that this was started in is gone; /);
  });

  it("turns each kind of error into its exit status", () => {
    assert.equal(exitStatusOf(new HumanError("refused", "x")), 1);
    assert.equal(exitStatusOf(new HumanError("usage", "x")), 2);
    assert.equal(exitStatusOf(new HumanError("service", "x")), 3);
    assert.equal(exitStatusOf(new Error("x")), 3);
    assert.equal(exitStatusOf("x"), 3);
  });

  it("explains every command, within 80 columns", async () => {
    const { stdout: all } = await ran(["--help"]);
    for (const { name } of COMMANDS) {
      assert.match(all, new RegExp(`^  ${name} `, "m"));
      const { code, stdout } = await ran([...name.split(" "), "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: dropclock ${name}`));
      for (const line of [...all.split("\n"), ...stdout.split("\n")])
        assert.ok(visibleWidth(line) <= 80, line);
    }
  });

  it("has each command once", () => {
    assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
  });
});
