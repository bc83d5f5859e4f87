import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { fillCommand, type RunVariables } from "../../../../src/app/undo/undoHost.ts";

const VARIABLES: RunVariables = {
  "previous.tag": "drop-1",
  "previous.commit": "1".repeat(40),
  "drop.tag": "release/drop-2",
  "drop.commit": "2".repeat(40),
  branch: "main",
};

/** What the program prints that a shell starts with the filled line. */
function printed(template: string, tag: string): string {
  const { line, shell } = fillCommand(template, { ...VARIABLES, "drop.tag": tag }, "linux");
  const { stdout, status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), line], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Tags that git takes, and a shell would not leave alone. */
const HOSTILE = [
  "$(touch pwned)",
  "`id`",
  "a;b",
  "a&b",
  "a|b",
  "a'b",
  'a"b',
  "$HOME",
  "a>b",
  "a#b",
  "é$x",
  "a!b",
  "(x)",
  "{a,b}",
  "%PATH%",
];

describe("a command of the policy", () => {
  it("is filled from the allow-list, plain words as they are", () => {
    const { line } = fillCommand(
      "./deploy.sh {{previous.tag}} '{{ drop.tag }}' --on={{ branch }}",
      VARIABLES,
      "linux",
    );
    assert.equal(line, "./deploy.sh drop-1 'release/drop-2' --on=main");
    assert.throws(() => fillCommand("x {{ home }}", VARIABLES, "linux"), /is no variable/);
  });

  it("gives the program the very name, whatever it is", function () {
    if (process.platform === "win32") this.skip();
    for (const tag of HOSTILE) {
      assert.equal(printed("printf '<%s>' {{ drop.tag }} x{{ drop.tag }}y", tag), `<${tag}><x${tag}y>`);
      assert.throws(
        () => fillCommand(`printf "{{ drop.tag }}"`, { ...VARIABLES, "drop.tag": tag }, "linux"),
        /stands inside quotes/,
      );
      assert.throws(
        () => fillCommand("printf `echo {{ drop.tag }}`", { ...VARIABLES, "drop.tag": tag }, "linux"),
        /stands inside quotes or a substitution/,
      );
      assert.throws(
        () => fillCommand("printf {{ drop.tag }}", { ...VARIABLES, "drop.tag": tag }, "win32"),
        /cannot be quoted safely on Windows/,
      );
    }
  });

  it("takes only plain names where a second shell reads its words", () => {
    const twice = [
      "eval ./deploy.sh {{ drop.tag }}",
      "ssh prod ./deploy.sh {{ drop.tag }}",
      "cd ops && /usr/bin/ssh -p 22 prod ./deploy.sh {{ drop.tag }}",
      "sh -c {{ drop.tag }}",
      "echo {{ drop.tag }} | bash",
      "sudo su deploy -c {{ drop.tag }}",
      "make deploy TAG={{ drop.tag }}",
    ];
    for (const template of twice) {
      for (const tag of HOSTILE)
        assert.throws(
          () => fillCommand(template, { ...VARIABLES, "drop.tag": tag }, "linux"),
          /would be read by a second shell \((?:eval|ssh|sh|bash|su|make)\), which no quotes here can keep from it; change/,
        );
      assert.equal(
        fillCommand(template, VARIABLES, "linux").line,
        template.replace("{{ drop.tag }}", "release/drop-2"),
      );
    }
    const plain = fillCommand(
      "./ssh-less.sh make.log {{ drop.tag }}",
      { ...VARIABLES, "drop.tag": "a;b" },
      "linux",
    );
    assert.equal(plain.line, "./ssh-less.sh make.log 'a;b'");
  });

  it("is refused where a name would be an option", () => {
    for (const platform of ["linux", "win32"] as const)
      assert.throws(
        () => fillCommand("./deploy.sh {{ drop.tag }}", { ...VARIABLES, "drop.tag": "--force" }, platform),
        /\(“--force”\) would be read as an option; change the command under rollback\.steps/,
      );
  });

  it("is one word for any name (law)", function () {
    if (process.platform === "win32") this.skip();
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .filter((text) => !/[\p{Cc}]|^-/u.test(text));
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), name), (tag) => {
        assert.equal(printed("printf '<%s>' {{ drop.tag }}", tag), `<${tag}>`);
      }),
      { numRuns: 40 },
    );
  });
});
