import assert from "node:assert/strict";
import { HumanError } from "../../../../src/domain/text/humanError.ts";
import { type Command, command, GLOBAL_OPTIONS } from "../../../../src/terminal/call/command.ts";
import { parseCall } from "../../../../src/terminal/call/parseCall.ts";
import { COMMANDS } from "../../../../src/terminal/commands.ts";

const run = async () => ({ json: null, text: () => "" });
const commands: Command[] = [
  command({ name: "status", summary: "tells", run }),
  command({ name: "runbook", args: "[TAG]", summary: "writes", run }),
  command({
    name: "incident open",
    summary: "opens",
    options: {
      title: { value: "T", required: true, help: "what" },
      started: { value: "I", help: "when" },
      quiet: { help: "say less" },
    },
    run,
  }),
  command({
    name: "incident mark",
    args: "ID MILESTONE",
    summary: "marks",
    options: { "at-time": { value: "I", help: "when" } },
    run,
  }),
  command({ name: "incident note", args: "ID TEXT…", summary: "notes", run }),
];

function parsed(line: string[]) {
  const { command: found, args, values } = parseCall(line, commands);
  return { name: found?.name, args, values: { ...values } };
}

function refusal(line: string[]): string {
  try {
    parseCall(line, commands);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.equal(error.kind, "usage");
    return error.message;
  }
  return assert.fail(`accepted: ${line.join(" ")}`);
}

describe("parseCall", () => {
  const accepted: [string, string[], ReturnType<typeof parsed>][] = [
    ["a command alone", ["status"], { name: "status", args: [], values: {} }],
    [
      "options before the command",
      ["--json", "-C", "there", "--at", "2026-11-23T10:04Z", "status"],
      { name: "status", args: [], values: { json: true, directory: "there", at: "2026-11-23T10:04Z" } },
    ],
    [
      "options between the words of the command",
      ["incident", "--title", "status", "open"],
      { name: "incident open", args: [], values: { title: "status" } },
    ],
    [
      "options after positionals, and between them",
      ["incident", "mark", "x", "--at-time", "-15m", "mitigated", "--json"],
      { name: "incident mark", args: ["x", "mitigated"], values: { "at-time": "-15m", json: true } },
    ],
    [
      "-Cdir in one word",
      ["-Cthere", "status"],
      { name: "status", args: [], values: { directory: "there" } },
    ],
    ["--name=value", ["status", "--at=-15m"], { name: "status", args: [], values: { at: "-15m" } }],
    [
      "a value that begins with a dash, with =",
      ["incident", "open", "--title=--odd"],
      { name: "incident open", args: [], values: { title: "--odd" } },
    ],
    ["an optional argument", ["runbook", "drop-1"], { name: "runbook", args: ["drop-1"], values: {} }],
    ["none of it", ["runbook"], { name: "runbook", args: [], values: {} }],
    [
      "words that belong together",
      ["incident", "note", "x", "two", "words"],
      { name: "incident note", args: ["x", "two words"], values: {} },
    ],
    [
      "what follows -- is no option",
      ["incident", "note", "--json", "x", "--", "--json", "-x"],
      { name: "incident note", args: ["x", "--json -x"], values: { json: true } },
    ],
    [
      "the last of two",
      ["status", "--at", "a", "--at", "b"],
      { name: "status", args: [], values: { at: "b" } },
    ],
    [
      "an empty value",
      ["incident", "open", "--title", ""],
      { name: "incident open", args: [], values: { title: "" } },
    ],
  ];
  for (const [what, line, wanted] of accepted) {
    it(`takes ${what}`, () => assert.deepEqual(parsed(line), wanted));
  }

  const refused: [string, string[], RegExp][] = [
    ["an unknown command", ["stauts"], /no command “stauts”; did you mean status\?/],
    [
      "an unknown command with an unknown option",
      ["undo", "--rehearse"],
      /no command “undo”; see: dropclock --help/,
    ],
    ["an unknown second word", ["incident", "opne"], /did you mean incident open\?/],
    ["a family without its second word", ["incident"], /incident what\? One of open, mark, note;/],
    ["a mistyped option", ["status", "--jsn"], /status has no option --jsn; did you mean --json\?/],
    [
      "a mistyped option before any command",
      ["--hlep"],
      /dropclock has no option --hlep; did you mean --help\?/,
    ],
    [
      "an option of another command",
      ["status", "--title", "x"],
      /status has no option --title; see: dropclock status --help/,
    ],
    [
      "an unknown letter",
      ["incident", "note", "x", "-2 pods"],
      /no option -2 \(what begins with a dash.*--\)/,
    ],
    ["a missing value at the end", ["incident", "open", "--title"], /--title needs a value: --title T/],
    [
      "a forgotten value",
      ["incident", "open", "--title", "--json"],
      /--title needs a value; .*--title=--json/,
    ],
    ["-- as a value", ["incident", "open", "--title", "--"], /--title needs a value/],
    ["a value for a switch", ["status", "--json=yes"], /--json takes no value/],
    [
      "a needed option left out",
      ["incident", "open"],
      /incident open needs --title; usage: dropclock incident open --title T/,
    ],
    ["a missing argument", ["incident", "mark", "x"], /incident mark needs MILESTONE; usage:/],
    ["two missing arguments", ["incident", "mark"], /needs ID and MILESTONE/],
    ["an argument too many", ["runbook", "a", "b"], /runbook does not know what to do with “b”/],
    ["an argument where none is taken", ["status", "x"], /status does not know what to do with “x”/],
    ["no command but an option", ["--json"], /No command was given/],
    ["a hostile option", ["status", "--\u001b[2J"], /^status has no option -- ?\[2J;/],
    ["a name every object has", ["status", "--constructor"], /no option --constructor/],
    ["another one", ["status", "--__proto__"], /no option --__proto__/],
    ["a command every object has", ["toString"], /no command “toString”/],
  ];
  for (const [what, line, wanted] of refused) {
    it(`refuses ${what}`, () => assert.match(refusal(line), wanted));
  }

  it("leaves help and version to whoever asks for them, whatever else is wrong", () => {
    assert.equal(parseCall(["status", "--nonsense", "--help"], commands).want, "help");
    assert.equal(parseCall(["-h"], commands).want, "help");
    assert.deepEqual(parseCall(["help", "incident", "open"], commands).words, ["incident", "open"]);
    assert.equal(parseCall(["--version"], commands).want, "version");
    assert.equal(parseCall([], commands).want, "nothing");
    assert.equal(parseCall(["incident", "note", "x", "--", "--help"], commands).want, "run");
  });

  it("can read each option in one way only, whichever command it belongs to", () => {
    const kinds = new Map<string, boolean>();
    for (const options of [GLOBAL_OPTIONS, ...COMMANDS.map((each) => each.options ?? {})]) {
      for (const [name, { value }] of Object.entries(options as Record<string, { value?: string }>)) {
        assert.equal(
          kinds.get(name) ?? Boolean(value),
          Boolean(value),
          `--${name} is a switch here, and none there`,
        );
        kinds.set(name, Boolean(value));
      }
    }
  });
});
