import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GitLedger } from "../../src/ledger/gitLedger.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { stored } from "../support/record/storedEvents.ts";

const AT = "2026-11-23T10:00:00.000Z";

/** What attackers write into whatever has room for text. */
const HOSTILE = [
  "\u001b[31mRED\u001b]0;pwn\u0007",
  "\u202eevil\u2066x\u2069\u061c\u200bx\u{e0041}\u{e0042}v\ufe01\u{e0101}\u00ad\u3164",
  "a\n::error::x\r::set-output name=a::b",
  "##[add-mask]x ###[error]y ##vso[task.setvariable variable=a]b",
  "\u001b[0Ksection_start:1:x\r\u001b[0K",
  "\u009b31m\u0085x\u2028::warning::y\ufeff",
].join(" ");
const INLINE = HOSTILE.replace(/\p{Cc}/gu, " ");

const POLICY = `version: 1
council: { members: [bo@example.com], from: low }
risk: [{ paths: ["**"], level: high, because: "x ##[error]y" }]
rollback: { steps: [{ revert: { push: false } }], checks: ["printf '::error::one\\\\n##[error]two\\\\nthree\\\\n'"] }
`;

describe("what people wrote", () => {
  let repository: TemporaryRepository;
  let ids: string[];

  before(async () => {
    repository = TemporaryRepository.make();
    repository.commit({ ".dropclock/policy.yaml": POLICY }, { message: "feat: zero" });
    repository.tag("drop-0");
    const files = { "f\u001b[31m\u202e.js": "x\n", "g\n::error::x.js": "x\n", "##[error]h\u200b.js": "x\n" };
    repository.commit(files, {
      message: `feat(a): ${INLINE}\n\n${HOSTILE}`,
      author: `N ${INLINE.replace(/[<>]/g, "")} <mal@evil.example>`,
    });
    const tag = "drop-1##error]\u202e$(x)";
    repository.tag(tag);
    const entry = (subject: string, type: string, data: Record<string, unknown> = {}) =>
      stored({ subject, type, at: AT, recorded: AT, by: `${INLINE} <ana@example.com>`, data });
    ids = ["one", `two ${INLINE}`];
    await new GitLedger(repository.product(), { now: Date.now }).append(
      ids.flatMap((id) => [
        entry(`incident/${id}`, "opened", { title: HOSTILE, severity: "critical", drop: tag, kind: "real" }),
        entry(`incident/${id}`, "detected"),
        entry(`incident/${id}`, "note", { text: HOSTILE }),
        entry(`incident/${id}`, "mitigated", { how: HOSTILE }),
        entry(`incident/${id}`, "updated", { text: HOSTILE, channel: HOSTILE }),
        entry(`incident/${id}`, "summary", { title: HOSTILE, impact: HOSTILE, done: HOSTILE }),
      ]),
    );
  });

  const COMMANDS = [
    ["status"],
    ["log"],
    ["incident", "list", "--all"],
    ["drop", "list"],
    ["drop", "show"],
    ["scorecard"],
    ["council", "show"],
    ["gate"],
    ["checklist"],
    ["changelog"],
    ["undo"],
    ["publish", "--dry-run"],
    ["no such command ##[error]x \u202e"],
    ["drop", "show", "##[error]x\u202e"],
  ];

  /** Neither for eyes nor for a runner of pipelines. Our own marks are taken away first. */
  function assertInert(text: string, what: string): void {
    const said = text
      .replace(/^::stop-commands::([\w-]+)\n([\s\S]*)^::\1::\n/m, "$2")
      .replace(/^::error title=Dropclock gate \([\w-]+\)::/gm, "annotated ")
      .replaceAll(/.\[0Ksection_(?:start|end):\d+:dropclock_gate\r.\[0K/g, "")
      .replaceAll("\u001b[31;1m", "")
      .replaceAll("\u001b[0m", "");
    assert.doesNotMatch(said, /^\s*::/m, what);
    assert.doesNotMatch(said, /##[\w.]*\[|section_(?:start|end):/, what);
  }

  for (const environment of [{}, { GITHUB_ACTIONS: "true" }, { GITLAB_CI: "true" }])
    it(`steers neither a terminal nor a run, on either stream (${Object.keys(environment)[0] ?? "no pipeline"})`, async () => {
      for (const args of [...COMMANDS, ...ids.map((id) => ["incident", "show", id])]) {
        const { stdout, stderr } = await runCommandLine(repository.dir, args, environment);
        assertInert(stdout, `${args.join(" ")}: ${stdout}`);
        assertInert(stderr, `${args.join(" ")}: ${stderr}`);
      }
    });

  it("is escaped in JSON, where the data stay what they are", async () => {
    for (const args of COMMANDS) {
      const { stdout } = await runCommandLine(repository.dir, [...args, "--json"]);
      assertInert(stdout, args.join(" "));
    }
    const { stdout } = await runCommandLine(repository.dir, ["log", "--json"]);
    const texts = JSON.parse(stdout).events.map(({ data }: { data: { text?: string } }) => data.text);
    assert.deepEqual(new Set(texts.filter(Boolean)), new Set([HOSTILE]));
  });

  it("is inert in documents and pages", async () => {
    for (const id of ids) {
      await runCommandLine(repository.dir, ["postmortem", id]);
      await runCommandLine(repository.dir, ["update", id]);
    }
    for (const args of [["runbook"], ["changelog", "--write"], ["publish"]])
      assert.equal((await runCommandLine(repository.dir, args)).code, 0, args.join(" "));
    const documents = ["CHANGELOG.md", "docs", "public"].flatMap((path) =>
      path.endsWith(".md")
        ? [path]
        : readdirSync(join(repository.dir, path), { recursive: true }).map((each) =>
            join(path, String(each)),
          ),
    );
    const files = documents.filter((path) => /\.\w+$/.test(path));
    assert.ok(files.length >= 8, files.join(", "));
    for (const path of files) {
      const text = readFileSync(join(repository.dir, path), "utf8");
      assert.doesNotMatch(
        text,
        /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\n)\p{Cc}|[\u2028\u2029]/u,
        path,
      );
    }
  });

  it("is not obeyed either where a check of a rehearsal prints it", async () => {
    const { stdout, stderr } = await runCommandLine(repository.dir, ["undo", "--rehearse"], {
      GITHUB_ACTIONS: "true",
    });
    assert.match(stderr, /^: :error::one\n# #\[error\]two\nthree$/m, stdout);
    assertInert(stderr, stderr);
  });
});
