import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { type Block, guidePages } from "../support/guidePages.ts";
import { buildCommandLine } from "../support/processes/commandLine.ts";
import { runProcess } from "../support/processes/runProcess.ts";

/** Blocks that are not run here, by their page and how they begin, each with the reason. */
const NOT_RUN = [
  {
    page: "README.md",
    start: "npm ci && npm start",
    why: "it builds this project and opens a browser; the workbench suite starts the same",
  },
  {
    page: "media/guide/signals.md",
    start: "dropclock watch --json",
    why: "it reads a monitoring server in real time; cliWatch.test.ts does",
  },
  {
    page: "media/guide/signals.md",
    start: "dropclock backtest",
    why: "it reads months of a monitoring server; the tests of backtests have one",
  },
  {
    page: "media/guide/signals.md",
    start: "npm run bench",
    why: "it computes for minutes, in this project and not in a repository",
  },
];

const FIRST = Date.parse("2026-11-23T10:12:00Z");
const BO = "Bo <bo@example.com>";

/** What the examples of the guide go by: every section of it that an example needs. */
const POLICY = `version: 1
service: Checkout
council: { members: [ana@example.com, bo@example.com, cy@example.com], quorum: 1, from: high }
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
stages:
  - { name: testbed }
  - { name: broad }
updates:
  channels:
    - { name: anywhere else, clipboard: true }
`;

/** A team's repository with two drops, a third one to come, and an incident of the second. */
async function guideRepository(run: Shell): Promise<TemporaryRepository> {
  const repository = TemporaryRepository.make({ name: "checkout" });
  const at = (day: string) => ({ at: Date.parse(day), author: BO });
  repository.commit(
    { "src/cart.ts": "1\n", "flags.flagd.json": FLAGS },
    { ...at("2026-11-16T08:00:00Z"), message: "feat: cart" },
  );
  repository.tag("drop-41", { annotated: true });
  repository.commit(
    { "src/cart.ts": "2\n" },
    { ...at("2026-11-23T08:00:00Z"), message: "feat: new checkout" },
  );
  repository.tag("drop-42", { annotated: true, at: Date.parse("2026-11-23T09:00:00Z") });
  // The council is newer than both drops, so it asks for neither.
  repository.commit(
    { ".dropclock/policy.yaml": POLICY },
    { ...at("2026-11-23T09:10:00Z"), message: "docs: policy" },
  );
  repository.commit(
    { "migrations/1.sql": "select 1;\n" },
    { ...at("2026-11-23T09:20:00Z"), message: "feat: orders" },
  );
  repository.bareRemote();
  repository.git("push", "-q", "origin", "main", "--tags");
  await run(repository, 'dropclock incident open --title "Checkout 5xx"\n', FIRST);
  return repository;
}

const FLAGS = JSON.stringify({
  flags: { "new-checkout": { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" } },
});

/** A repository of three services, by the policy that their page shows, with an incident of one. */
async function servicesRepository(run: Shell, policy: string): Promise<TemporaryRepository> {
  const repository = TemporaryRepository.make({ name: "shop" });
  const commit = (files: Record<string, string>, minute: number, message: string) =>
    repository.commit(files, {
      at: Date.parse("2026-11-23T08:00:00Z") + minute * 60_000,
      author: BO,
      message,
    });
  const first = { "services/cart/a.ts": "1\n", "services/pay/a.ts": "1\n", "web/a.ts": "1\n" };
  commit({ ".dropclock/policy.yaml": policy, "libs/money/a.ts": "1\n", ...first }, 0, "feat: the shop");
  for (const tag of ["cart/v1", "pay/v1", "web@1"]) repository.tag(tag, { annotated: true });
  commit({ "services/pay/a.ts": "2\n", "libs/money/a.ts": "2\n" }, 10, "feat: rounding");
  repository.tag("pay/v2", { annotated: true, at: Date.parse("2026-11-23T08:20:00Z") });
  commit({ "services/pay/b.ts": "1\n" }, 30, "feat: receipts");
  repository.bareRemote();
  repository.git("push", "-q", "origin", "main", "--tags");
  await run(repository, "dropclock incident open --title Rounding --drop pay/v2\n", FIRST);
  return repository;
}

/** A repository of somebody who has heard of nothing yet. */
function plainRepository(): TemporaryRepository {
  const repository = TemporaryRepository.make({ name: "yours" });
  repository.commit({ "src/app.ts": "1\n" }, { at: Date.parse("2026-11-23T09:00:00Z") });
  return repository;
}

type Shell = (repository: TemporaryRepository, script: string, now: number) => Promise<string>;

/** Runs a block as a person would paste it; the first command that fails ends it. */
async function shell(): Promise<Shell> {
  const cli = await buildCommandLine();
  const bin = temporaryFolder("dropclock-bin");
  writeFileSync(join(bin, "dropclock"), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  // The package that a page names is this one.
  writeFileSync(
    join(bin, "npx"),
    '#!/bin/sh\nwhile case "$1" in -*) ;; *) false ;; esac; do shift; done\nshift\nexec dropclock "$@"\n',
  );
  for (const name of ["dropclock", "npx"]) chmodSync(join(bin, name), 0o755);
  return async ({ dir, environment }, script, now) => {
    const env = {
      ...environment,
      TZ: "UTC",
      DROPCLOCK_CLOCK: new Date(now).toISOString(),
      PATH: bin + delimiter + process.env.PATH,
    };
    const { code, stdout, stderr } = await runProcess("bash", ["-euo", "pipefail", "-c", withExits(script)], {
      cwd: dir,
      env,
    });
    assert.equal(code, 0, `${script}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
}

/** A line whose comment says "exit 1" may end with that: it is what the page tells of it. */
const withExits = (script: string) =>
  script.replace(
    /^(dropclock [^#\n]+?)\s+#[^\n]*\bexit (\d)\b[^\n]*$/gm,
    (_, call, status) => `${call} || [ $? = ${status} ] || { echo "${call}: not $?" >&2; exit 97; }`,
  );

const isLeftOut = ({ page, text }: Block) =>
  NOT_RUN.some((each) => each.page === page && text.startsWith(each.start));

describe("the examples of README and guide", () => {
  let run: Shell;
  before(async () => {
    run = await shell();
  });

  for (const { path, blocks, ownTest } of guidePages()) {
    if (ownTest?.startsWith("test/contract/")) continue;
    const examples = blocks.filter((block) => block.language === "sh" && !isLeftOut(block));
    if (examples.length === 0) continue;
    it(`of ${path} run, one after the other, and answer as they say`, async () => {
      const services = blocks.find(({ text }) => /^services:$/m.test(text));
      const repository =
        path === "README.md"
          ? plainRepository()
          : services
            ? await servicesRepository(run, services.text)
            : await guideRepository(run);
      let now = FIRST;
      for (const block of examples) {
        now += 5 * 60_000;
        const answer = await run(repository, block.text, now);
        const next = blocks[blocks.indexOf(block) + 1];
        if (next?.language === "json" && next.info === "")
          assertShape(JSON.parse(next.text), JSON.parse(answer), `${path}:${next.line}`);
      }
    });
  }

  it("have an answer beside every JSON, and a reason for what is not run", () => {
    const all = guidePages().flatMap(({ blocks, ownTest }) =>
      ownTest ? [] : blocks.map((block, i) => ({ block, before: blocks[i - 1] })),
    );
    for (const { block, before } of all.filter((each) => each.block.language === "json")) {
      const where = `${block.page}:${block.line}`;
      assert.doesNotThrow(() => JSON.parse(block.text), where);
      // One that is no answer says what it is, behind its language.
      if (block.info === "") assert.match(before?.text ?? "", /--json\n$/, where);
    }
    const pages = guidePages();
    for (const { page, start } of NOT_RUN) {
      const blocks = pages.find(({ path }) => path === page)?.blocks;
      assert.ok(
        !blocks || blocks.some(({ text }) => text.startsWith(start)),
        `${page} has no ${start} any more`,
      );
    }
    assert.equal(withExits("dropclock gate   # exit 1 while it is blocked\n").includes("[ $? = 1 ]"), true);
  });

  it("fail where one of them is wrong", async () => {
    const repository = plainRepository();
    await assert.rejects(run(repository, "dropclock gates\n", FIRST), /ended with 2/);
    await assert.rejects(run(repository, "dropclock gates  # exit 1\n", FIRST), /ended with 97/);
    assert.throws(() => assertShape({ a: [{ b: 1 }] }, { a: [{ b: "1" }] }, "x"), /x\.a\.0\.b/);
    assert.throws(() => assertShape({ a: 1 }, {}, "x"), /x\.a/);
    assertShape({ a: [{ b: 1, c: null }] }, { a: [{ b: 2, c: "any", d: 4 }], e: 5 }, "x");
  });
});

/** That an answer has all that is shown, of the same types; it may have more. What is shown as null may be there. */
function assertShape(shown: unknown, real: unknown, where: string): void {
  if (shown === null) assert.notEqual(real, undefined, where);
  else if (typeof shown !== "object") assert.equal(typeof real, typeof shown, where);
  else {
    assert.ok(typeof real === "object" && real !== null, where);
    for (const [key, value] of Object.entries(shown))
      assertShape(value, (real as Record<string, unknown>)[key], `${where}.${key}`);
  }
}
