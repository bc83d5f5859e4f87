import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { type TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { aptInstall, mayInstall } from "../support/install/apt.ts";
import { buildCommandLine, runCommandLine } from "../support/processes/commandLine.ts";
import { runProcess } from "../support/processes/runProcess.ts";

const POLICY = `version: 1
stages: [{ name: testbed, soak: 30m }, { name: broad }]
`;

const SHELLS = { bash: "bash", zsh: "zsh", fish: "fish" };

/** What a person types, with the key for completion, and what is then run. */
const TYPED: [string, string[]][] = [
  ["incid\tsho\t2026-\t", ["incident", "show", "2026-11-23-slow-checkout"]],
  ["gate --to=te\t", ["gate", "--to=testbed"]],
  ["drop promote b\t --dr\t drop-2\t", ["drop", "promote", "broad", "--drop", "drop-2"]],
  ["incident mark x mit\t", ["incident", "mark", "x", "mitigated"]],
];

describe("completion in real shells", function () {
  this.timeout(300_000);
  let repository: TemporaryRepository;
  let bin: string;
  let log: string;

  before(async function () {
    if (process.platform !== "linux") this.skip();
    await installShells();
    repository = dropRepository();
    repository.commit({ ".dropclock/policy.yaml": POLICY });
    const opened = [
      "incident",
      "open",
      "--title",
      "Slow checkout",
      "--at",
      "2026-11-23T10:00Z",
      "--drop",
      "drop-2",
    ];
    const { code, stderr } = await runCommandLine(repository.dir, opened);
    assert.equal(code, 0, stderr);
    bin = temporaryFolder();
    log = join(bin, "run");
    // What is asked by a script is answered; what a person has entered is only written down, a word on a line.
    const program = `#!/bin/sh
case $1 in
  completion | __complete) exec '${process.execPath}' '${await buildCommandLine()}' "$@" ;;
esac
{ printf '%s\\n' "$@"; echo .; } >>'${log}'
`;
    writeFileSync(join(bin, "dropclock"), program);
    chmodSync(join(bin, "dropclock"), 0o755);
  });

  const environment = () => ({
    ...repository.environment,
    PATH: [bin, process.env.PATH].join(delimiter),
    TERM: "xterm",
    LC_ALL: "C.UTF-8",
  });

  /** Types into an interactive shell on a terminal of its own, and gives what was run. */
  async function type(shell: string, lines: readonly string[]): Promise<string[][]> {
    writeFileSync(log, "");
    const input = [...lines, "exit", ""].join("\n");
    const { stdout } = await runProcess("script", ["-qec", shell, "/dev/null"], {
      cwd: repository.dir,
      env: environment(),
      input,
    });
    const runs = readFileSync(log, "utf8").split("\n.\n").slice(0, -1);
    assert.ok(runs.length > 0, stdout);
    return runs.map((each) => each.split("\n"));
  }

  it("completes commands, options, incidents, stages and drops in bash", async () => {
    const lines = ["source <(dropclock completion bash)", ...TYPED.map(([line]) => `dropclock ${line}`)];
    assert.deepEqual(
      await type("bash --norc -i", lines),
      TYPED.map(([, run]) => run),
    );
  });

  it("does so in zsh", async () => {
    const lines = [
      "autoload -U compinit; compinit -D -u; source <(dropclock completion zsh)",
      ...TYPED.map(([line]) => `dropclock ${line}`),
    ];
    assert.deepEqual(
      await type("zsh -f -i", lines),
      TYPED.map(([, run]) => run),
    );
  });

  it("does so in fish, and says what each is", async () => {
    const asked = ["incident sho", "incident show 2026-", "gate --to=te", "drop promote b", "undo ", "-C s"];
    const script = [
      "dropclock completion fish | source",
      ...asked.map((line) => `complete -C "dropclock ${line}"; echo .`),
    ];
    const { stdout, stderr } = await runProcess("fish", ["--no-config", "-c", script.join("\n")], {
      cwd: repository.dir,
      env: environment(),
    });
    assert.deepEqual(
      stdout.split("\n.\n").slice(0, -1),
      [
        "show\tits clocks and its timeline",
        "2026-11-23-slow-checkout\tSlow checkout",
        "--to=testbed",
        "broad",
        "drop-2\ndrop-1",
        "src/\tDirectory",
      ],
      stderr,
    );
  });

  it("offers no name that a shell would take for more than a name", async () => {
    const harmless = "drop-3.1_ä+b/c";
    for (const tag of ["drop-$(id>pwned)", "drop-`id`", "drop-;id", "drop-'", harmless]) repository.tag(tag);
    try {
      const { code, stdout } = await runCommandLine(repository.dir, ["__complete", "1", "undo", "drop-"]);
      assert.deepEqual([code, stdout.split("\n").sort()], [0, ["", "drop-1", "drop-2", harmless].sort()]);
      await type("bash --norc -i", ["source <(dropclock completion bash)", "dropclock undo drop-$\t\t"]);
      assert.ok(!existsSync(join(repository.dir, "pwned")));
    } finally {
      repository.git("tag", "-d", "drop-$(id>pwned)", "drop-`id`", "drop-;id", "drop-'", harmless);
    }
  });

  it("runs nothing that lies in the folder, asks no remote and says nothing of errors", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "dropclock"), "#!/bin/sh\ntouch ran\n");
    chmodSync(join(folder, "dropclock"), 0o755);
    const script = `source <('${join(bin, "dropclock")}' completion bash); COMP_WORDS=(./dropclock gate ''); COMP_CWORD=2; _dropclock`;
    await runProcess("bash", ["--norc", "-c", script], { cwd: folder, env: environment() });
    assert.ok(!existsSync(join(folder, "ran")));
    for (const words of [["1", "undo"], ["x"], [], ["1", "gate", "--to="], ["2", "-C", "nowhere", "undo"]]) {
      const { code, stdout, stderr } = await runCommandLine(folder, [
        "__complete",
        ...words,
        ...(words[1] === "-C" ? [""] : []),
      ]);
      assert.deepEqual([code, stderr], [0, ""], words.join(" "));
      if (words[1] === "undo") assert.equal(stdout, "");
    }
  });

  it("comes as a script for PowerShell too, and as JSON", async () => {
    const { code, stdout } = await runCommandLine(repository.dir, ["completion", "powershell", "--json"]);
    assert.equal(code, 0);
    assert.match(JSON.parse(stdout).script, /^Register-ArgumentCompleter -Native -CommandName dropclock/m);
    const wrong = await runCommandLine(repository.dir, ["completion", "csh"]);
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /“csh” is not a shell; .* one of bash, zsh, fish, powershell\./);
  });
});

async function installShells(): Promise<void> {
  const missing: string[] = [];
  for (const [name, program] of Object.entries(SHELLS))
    if ((await runProcess("sh", ["-c", `command -v ${program}`])).code !== 0) missing.push(name);
  if (missing.length === 0) return;
  const help = `Install ${missing.join(" and ")}, or run as root on Debian.`;
  if (!mayInstall()) throw new Error(help);
  await aptInstall(() => missing, help);
}
