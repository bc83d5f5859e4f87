import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inProject } from "../support/folders/projectRoot.ts";
import { dropRepository } from "../support/git/dropRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

interface Expected {
  code: number;
  stdout?: RegExp | "";
  stderr?: RegExp | "";
}

/** Command lines against one repository with two drops and no incident, no policy: none of them changes it. */
const CALLS: [string[], Expected][] = [
  [[], { code: 2, stdout: /^Usage: dropclock COMMAND/m, stderr: /^dropclock: No command was given\.\n$/ }],
  [["--help"], { code: 0, stdout: /incident open.*\n[\s\S]*Exit status:/, stderr: "" }],
  [["-h"], { code: 0, stdout: /^Usage: dropclock COMMAND/m }],
  [["help"], { code: 0, stdout: /^Usage: dropclock COMMAND/m }],
  [["incident", "--help"], { code: 0, stdout: /^Usage: dropclock incident …/m }],
  [["incident", "open", "-h"], { code: 0, stdout: /--title T +what people see.*\(needed\)/ }],
  [["help", "incident", "mark"], { code: 0, stdout: /^Usage: dropclock incident mark ID MILESTONE/m }],
  [["status", "--help"], { code: 0, stdout: /Exit status 1 while any clock is breached/ }],
  [["help", "nonsense"], { code: 2, stdout: "", stderr: /^dropclock: There is no command “nonsense”/ }],
  [["--version"], { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: "" }],
  [
    ["stauts"],
    { code: 2, stdout: "", stderr: /^dropclock: There is no command “stauts”; did you mean status\?\n$/ },
  ],
  [["frobnicate", "--yes"], { code: 2, stdout: "", stderr: /There is no command “frobnicate”/ }],
  [["status", "--jsn"], { code: 2, stdout: "", stderr: /did you mean --json\?/ }],
  [["status", "--json", "--jsn"], { code: 2, stdout: "", stderr: /^dropclock: .*\n$/ }],
  [["status", "extra"], { code: 2, stdout: "", stderr: /“extra”/ }],
  [["status", "-C", "nowhere"], { code: 2, stdout: "", stderr: /-C “nowhere” is not a folder\.\n$/ }],
  [
    ["status", "--at", "2026-11-23T10:04"],
    { code: 2, stdout: "", stderr: /no time zone.*2026-11-23T10:04Z/ },
  ],
  [["status", "--at", "soon"], { code: 2, stdout: "", stderr: /--at “soon” is not an instant/ }],
  [["--at", "2026-11-24T10:00Z", "status"], { code: 0, stdout: /^24 Nov 2026 10:00 UTC\n/, stderr: "" }],
  [
    ["status", "--at=2026-11-24T10:00Z"],
    { code: 0, stdout: /Drop +drop-2, shipped 23 Nov 09:00 UTC on main, 1 commit since drop-1/ },
  ],
  [["incident"], { code: 2, stdout: "", stderr: /incident what\? One of open, mark/ }],
  [["incident", "open"], { code: 2, stdout: "", stderr: /incident open needs --title/ }],
  [["incident", "open", "--title", " \t"], { code: 2, stdout: "", stderr: /needs a title/ }],
  [
    ["incident", "open", "--title", "x", "--severity", "critcal"],
    { code: 2, stderr: /“critcal” is not a severity; did you mean critical\?/ },
  ],
  [
    ["incident", "open", "--title", "x", "--kind", "fake"],
    { code: 2, stderr: /not a kind; use one of real, test, drill/ },
  ],
  [
    ["incident", "open", "--title", "x", "--drop", "drop-9"],
    { code: 2, stderr: /no drop “drop-9”.*the newest are drop-2, drop-1/ },
  ],
  [
    ["incident", "open", "--title", "x", "--drop", "drop-1", "--no-drop"],
    { code: 2, stdout: "", stderr: /--drop and --no-drop contradict each other; give one of them/ },
  ],
  [
    ["incident", "open", "--title", "x", "--started", "10:04"],
    { code: 2, stderr: /--started “10:04” is not an instant/ },
  ],
  [
    ["incident", "open", "--title", "x", "--detected", "2099-01-01T00:00Z"],
    { code: 2, stderr: /in the future/ },
  ],
  [
    ["incident", "mark", "none", "mitigated"],
    { code: 2, stdout: "", stderr: /no incident “none”; there are none yet; open one with/ },
  ],
  [
    ["incident", "mark", "none", "mitigatd"],
    { code: 2, stdout: "", stderr: /not a milestone; did you mean mitigated\?/ },
  ],
  [["incident", "pause", "none"], { code: 2, stdout: "", stderr: /incident pause needs --why/ }],
  [
    ["incident", "show", "none", "--json"],
    { code: 2, stdout: "", stderr: /^dropclock: There is no incident “none”/ },
  ],
  [["incident", "list"], { code: 0, stdout: /^None\.\n$/, stderr: "" }],
  [
    ["policy", "check"],
    { code: 0, stdout: /^There is no \.dropclock\/policy\.yaml, so the sample SLA is in force/, stderr: "" },
  ],
  [["policy", "schema"], { code: 0, stdout: /"\$schema"/ }],
  [["postmortem"], { code: 2, stdout: "", stderr: /postmortem needs ID/ }],
  [["postmortem", "none"], { code: 2, stdout: "", stderr: /no incident “none”/ }],
  [["runbook", "drop-9"], { code: 2, stdout: "", stderr: /drop-9/ }],
  [["drop", "list"], { code: 0, stdout: /^drop-2 +\d.*current\ndrop-1 /, stderr: "" }],
  [["drop", "show", "drop-9"], { code: 2, stdout: "", stderr: /drop-9/ }],
  [["drop", "show"], { code: 0, stdout: /drop-2/, stderr: "" }],
  [["log"], { code: 0, stdout: /^Nothing is on record yet\.\n$/, stderr: "" }],
];

/** Those whose answer is also asked for as JSON. */
const JSON_CALLS: [string[], string[]][] = [
  [["--help"], ["commands"]],
  [["incident", "--help"], ["commands"]],
  [
    ["incident", "open", "--help"],
    ["name", "usage", "summary", "options"],
  ],
  [["--version"], ["version"]],
  [["status"], ["at", "policy", "drop", "watch", "incidents", "drills", "ledger"]],
  [
    ["policy", "check"],
    ["path", "source", "errors"],
  ],
  [
    ["policy", "schema"],
    ["$schema", "type", "properties"],
  ],
  [
    ["incident", "list"],
    ["at", "incidents"],
  ],
  [
    ["incident", "list", "--all"],
    ["at", "incidents"],
  ],
  [
    ["drop", "list"],
    ["at", "drops"],
  ],
  [
    ["drop", "show"],
    ["at", "tag", "commit", "shippedAt", "previous", "moved", "current", "commits", "files"],
  ],
  [["log"], ["at", "events", "skipped"]],
];

describe("the command line's calls", () => {
  let repository: ReturnType<typeof dropRepository>;
  before(() => {
    repository = dropRepository();
  });

  for (const [args, expected] of CALLS) {
    it(`dropclock ${args.join(" ")} → ${expected.code}`, async () => {
      const { code, stdout, stderr } = await runCommandLine(repository.dir, args);
      assert.equal(code, expected.code, stderr);
      if (expected.stdout === "") assert.equal(stdout, "");
      else if (expected.stdout) assert.match(stdout, expected.stdout);
      if (expected.stderr === "") assert.equal(stderr, "");
      else if (expected.stderr) assert.match(stderr, expected.stderr);
      if (code === 0) assert.ok(stdout.endsWith("\n"));
      for (const line of stderr.split("\n").filter(Boolean)) assert.match(line, /^dropclock: /);
    });
  }

  for (const [args, keys] of JSON_CALLS) {
    it(`dropclock ${args.join(" ")} --json is one document`, async () => {
      const { code, stdout, stderr } = await runCommandLine(repository.dir, ["--json", ...args]);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "");
      const document = JSON.parse(stdout);
      for (const key of keys) assert.ok(key in document, key);
    });
  }

  it("leaves the repository as it was", () => {
    assert.equal(repository.git("status", "--porcelain"), "");
    assert.equal(repository.git("for-each-ref", "--format=%(refname)", "refs/dropclock"), "");
  });

  it("tells the version of package.json", async () => {
    const { version } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
    assert.equal((await runCommandLine(repository.dir, ["--version"])).stdout, `${version}\n`);
  });
});
