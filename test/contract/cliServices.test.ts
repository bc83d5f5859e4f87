import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const POLICY = `version: 1
targets: { critical: { detect: 20m } }
services:
  cart: { paths: ["services/cart/**", "libs/money/**"], drops: { tags: "cart/v*" } }
  pay:
    paths: ["services/pay/**", "libs/money/**"]
    drops: { tags: "pay/v*" }
    targets: { critical: { mitigate: 15m } }
    council: { members: [ana@example.com, bo@example.com], quorum: 1, from: low }
  web: { service: The shop, paths: ["web/**", "!web/admin/**"], drops: { tags: "web@*" } }
  admin: { paths: ["web/admin"], drops: { tags: "admin@*" } }
`;

describe("several services in one repository", () => {
  let repository: TemporaryRepository;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit(
      {
        ".dropclock/policy.yaml": POLICY,
        "services/cart/a.txt": "0\n",
        "services/pay/a.txt": "0\n",
        "libs/money/a.txt": "0\n",
        "web/a.txt": "0\n",
        "web/admin/a.txt": "0\n",
        "README.md": "0\n",
      },
      { message: "chore: start" },
    );
    for (const tag of ["cart/v1", "pay/v1", "web@1", "admin@1"]) repository.tag(tag);
  });

  const run = (...args: string[]) => runCommandLine(repository.dir, args);
  const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).stdout);
  const change = (path: string, content: string, message: string) =>
    repository.commit({ [path]: content }, { message });
  const undoBranch = () => repository.git("for-each-ref", "--format=%(refname)", "refs/heads/dropclock");
  const changedBy = (branch: string) => repository.git("diff", "--name-only", "main", branch).split("\n");

  it("changes nothing outside of the service's files, and tells its own work", async () => {
    change("services/cart/a.txt", "1\n", "feat(cart): coupons");
    change("services/pay/a.txt", "1\n", "fix(pay): rounding");
    repository.tag("pay/v2");
    assert.match((await run("changelog", "pay/v2")).stdout, /rounding/);
    assert.doesNotMatch((await run("changelog", "pay/v2")).stdout, /coupons/);
    const shown = await json("drop", "show", "pay/v2");
    assert.deepEqual(
      [shown.commitCount, shown.files.map(({ path }: { path: string }) => path)],
      [1, ["services/pay/a.txt"]],
    );
    const { code, stderr } = await run("undo", "pay/v2", "--yes");
    assert.equal(code, 0, stderr);
    assert.deepEqual(changedBy(undoBranch()), ["services/pay/a.txt"]);
  });

  it("keeps apart the drops of two services that end at one commit", async () => {
    repository.commit(
      { "services/cart/a.txt": "1\n", "services/pay/a.txt": "1\n" },
      { message: "feat: both of them" },
    );
    for (const tag of ["cart/v2", "pay/v2"]) repository.tag(tag);
    assert.equal((await run("undo", "pay/v2", "--yes")).code, 0);
    repository.git("merge", "-q", "--no-edit", undoBranch());
    const after = await json("status", "--service", "cart");
    assert.deepEqual([after.drop.tag, after.drop.undo.state], ["cart/v2", "ready"]);
    assert.equal((await json("status", "--service", "pay")).drop.undo.state, "undone");
    const { code, stderr } = await run("undo", "cart/v2", "--yes");
    assert.equal(code, 0, stderr);
    assert.equal(repository.git("show", "main:services/pay/a.txt"), "0");
    assert.equal((await run("undo", "pay/v2", "--reapply", "--yes")).code, 0);
    const branches = undoBranch().split("\n");
    const reapply = branches.find((name) => name.includes("reapply"))!;
    assert.deepEqual(changedBy(reapply), ["services/pay/a.txt"]);
  });

  it("leaves it to a person what becomes of a file that another service has shipped too", async () => {
    repository.commit(
      { "services/pay/a.txt": "1\n", "libs/money/a.txt": "1\n" },
      { message: "fix(pay): rounding" },
    );
    repository.tag("pay/v2");
    assert.equal((await json("undo", "pay/v2")).refusal, null, "nobody else has shipped it yet");
    change("services/cart/a.txt", "1\n", "feat(cart): coupons");
    repository.tag("cart/v2");
    const plan = await json("undo", "pay/v2");
    assert.match(plan.refusal, /libs\/money\/a\.txt is in cart\/v2 too.*--shared roll-back/);
    assert.deepEqual(plan.shared, [
      { path: "libs/money/a.txt", with: [{ service: "cart", drops: ["cart/v2"] }] },
    ]);
    assert.equal((await run("undo", "pay/v2", "--yes")).code, 1);
    assert.equal(undoBranch(), "");
    assert.equal((await run("undo", "pay/v2", "--yes", "--shared", "keep")).code, 0);
    assert.deepEqual(changedBy(undoBranch()), ["services/pay/a.txt"]);
    const again = await json("undo", "pay/v2", "--reapply");
    assert.equal(again.sharedChoice, "keep", "what was decided is on record");
  });

  it("says what moved out of the service since, and leaves it alone", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    change("services/cart/long.txt", lines.join("\n"), "feat(cart): a long one");
    repository.tag("cart/v2");
    lines[7] = "another one";
    change("services/cart/long.txt", lines.join("\n"), "fix(cart): a line");
    repository.tag("cart/v3");
    repository.git("mv", "services/cart/long.txt", "web/long.txt");
    repository.git("commit", "-qm", "refactor: move it");
    const plan = await json("undo", "cart/v3");
    assert.equal(plan.undo.state, "conflicts");
    assert.match(plan.refusal, /web\/long\.txt|services\/cart\/long\.txt/);
  });

  it("finds nothing in a tag on another service's commit", async () => {
    change("services/cart/a.txt", "1\n", "feat(cart): coupons");
    repository.tag("pay/v2");
    const shown = await json("drop", "show", "pay/v2");
    assert.deepEqual([shown.previous, shown.commitCount, shown.files], ["pay/v1", 0, []]);
    assert.match((await run("undo", "pay/v2", "--yes")).stderr, /nothing to undo/);
    assert.equal(undoBranch(), "");
  });

  it("takes files away from a service, and knows a folder by its name", async () => {
    change("web/admin/a.txt", "1\n", "feat(admin): roles");
    change("web/a.txt", "1\n", "feat(web): a banner");
    repository.tag("web@2");
    repository.tag("admin@2");
    const files = async (tag: string) =>
      (await json("drop", "show", tag)).files.map(({ path }: { path: string }) => path);
    assert.deepEqual(await files("web@2"), ["web/a.txt"]);
    assert.deepEqual(await files("admin@2"), ["web/admin/a.txt"]);
  });

  it("goes by the option, the tag, the incident or the folder, and asks where nothing tells", async () => {
    const asked = await run("undo");
    assert.deepEqual([asked.code, asked.stdout], [2, ""]);
    assert.match(asked.stderr, /Which service\? Say it with --service: cart, pay, web, admin/);
    assert.equal((await json("status", "--service", "The shop")).service, "web");
    assert.match((await run("status", "--service", "pax")).stderr, /did you mean pay\?/);
    assert.equal((await run("status", "--service", "pax")).code, 2);
    const there = await runCommandLine(join(repository.dir, "services/pay"), ["status", "--json"]);
    assert.equal(JSON.parse(there.stdout).service, "pay");
    assert.match(
      (await run("checklist", "pay/v1", "--service", "cart")).stderr,
      /pay\/v1 is of the service pay, not of cart/,
    );
    assert.match((await run("gate", "nothing-1")).stderr, /matches the tags of no service/);
    const opened = await run("incident", "open", "--title", "It rounds", "--drop", "pay/v1");
    const id = opened.stdout.trim();
    assert.equal((await json("incident", "show", id)).service, "pay");
    assert.equal((await run("incident", "mark", id, "mitigated")).code, 0);
    const { events } = await json("log");
    assert.ok(events.every(({ data }: { data: { service?: string } }) => data.service === "pay"));
    const { clocks } = await json("incident", "show", id);
    const mitigate = clocks.find(({ name }: { name: string }) => name === "mitigate");
    assert.equal(mitigate.targetMs, 900_000, "by pay's own target");
  });

  it("tells all services, the most urgent on top", async () => {
    await run("incident", "open", "--title", "It rounds", "--service", "pay", "--severity", "major");
    await run("incident", "open", "--title", "It is empty", "--service", "cart");
    const all = await json("status");
    assert.deepEqual(
      [all.service, all.drop.tag, all.incidents.length],
      ["cart", "cart/v1", 2],
      "the one whose clock runs out first",
    );
    assert.deepEqual(all.services.map(({ name }: { name: string }) => name).slice(0, 2), ["cart", "pay"]);
    assert.equal(all.services.length, 4);
    const own = await json("status", "--service", "pay");
    assert.deepEqual(
      [own.service, own.incidents.map(({ title }: { title: string }) => title)],
      ["pay", ["It rounds"]],
    );
    const { stdout } = await run("status");
    assert.match(stdout, /^4 services · /);
    assert.match(stdout, /It is empty[\s\S]*It rounds/);
  });

  it("has a council for each service, which speaks of that one alone", async () => {
    repository.commit(
      { "services/cart/a.txt": "1\n", "services/pay/a.txt": "1\n" },
      { message: "feat: both", author: "Bo <bo@example.com>" },
    );
    assert.equal((await run("gate", "--service", "cart")).code, 0);
    assert.equal((await run("gate", "--service", "pay")).code, 1);
    const approved = await run("council", "approve", "--service", "pay");
    assert.equal(approved.code, 0, approved.stderr);
    assert.equal((await run("gate", "--service", "pay")).code, 0);
    const { events } = await json("log", "--service", "cart");
    assert.deepEqual(events, [], "nothing of it is cart's");
    const shipped = await run("drop", "ship", "pay/v2", "--yes");
    assert.equal(shipped.code, 0, shipped.stderr);
    const { services } = await json("status");
    const tags = services.map(({ drop }: { drop: { tag: string } }) => drop.tag);
    assert.deepEqual(tags.sort(), ["admin@1", "cart/v1", "pay/v2", "web@1"]);
  });

  it("has nothing new to ship where nothing has changed in its files", async () => {
    change("services/cart/a.txt", "1\n", "feat(cart): coupons");
    assert.equal((await json("status", "--service", "web")).next, null);
    assert.equal((await json("status", "--service", "cart")).next.commits, 1);
    const gate = await json("gate", "--service", "web");
    assert.equal(gate.drop.tag, "web@1", "the current drop, for nothing is new");
  });

  it("writes a changelog, a record and a scorecard for each, and over all of them", async () => {
    change("services/cart/a.txt", "1\n", "feat(cart): coupons");
    repository.tag("cart/v2");
    const written = await json("changelog", "--write");
    assert.deepEqual(
      written.services.map(({ path }: { path: string }) => path),
      [
        "services/cart/CHANGELOG.md",
        "services/pay/CHANGELOG.md",
        "web/CHANGELOG.md",
        "web/admin/CHANGELOG.md",
      ],
    );
    assert.equal((await run("publish")).code, 0);
    for (const folder of ["", "cart/", "pay/", "web/", "admin/"])
      assert.ok(existsSync(join(repository.dir, `public/incidents/${folder}index.html`)), folder);
    const card = await json("scorecard");
    assert.deepEqual(
      [card.dora.deployments, card.services.map(({ dora }: typeof card) => dora.deployments)],
      [5, [2, 1, 1, 1]],
    );
  });

  it("tells what is in force for a service, and who says so", async () => {
    const { values } = await json("policy", "show", "--service", "pay");
    const from = (path: string) => values.find((each: { path: string }) => each.path === path);
    assert.deepEqual(from("targets.critical.mitigate"), {
      path: "targets.critical.mitigate",
      value: "15m",
      from: "service",
    });
    assert.equal(from("targets.critical.detect").from, "policy");
    assert.equal(from("targets.major.detect").from, "default");
    assert.equal(from("documents.changelog").from, "default");
    assert.match((await run("policy", "show")).stdout, /Services: cart, pay, web, admin/);
  });

  it("finds what belongs to nobody or to two, and a policy that nobody reads", async () => {
    const { code, stdout } = await run("policy", "check");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /policy\.yaml:3:1: warning: A file belongs to several services: libs\/money\/a\.txt/,
    );
    assert.match(stdout, /warning: A file belongs to no service: README\.md/);
    mkdirSync(join(repository.dir, "services/pay/.dropclock"));
    writeFileSync(join(repository.dir, "services/pay/.dropclock/policy.yaml"), "version: 1\n");
    repository.git("add", "-A");
    const wrong = await run("policy", "check");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stdout, /^services\/pay\/\.dropclock\/policy\.yaml:1:1: This policy is not read/);
    const inside = await runCommandLine(join(repository.dir, "services/pay"), ["status"]);
    assert.match(inside.stderr, /This policy is not read/);
  });

  it("refuses services that cannot be told apart, and what they may not set", async () => {
    const check = async (services: string) => {
      writeFileSync(join(repository.dir, ".dropclock/policy.yaml"), `version: 1\nservices:\n${services}`);
      const { code, stdout } = await run("policy", "check");
      assert.equal(code, 2, stdout);
      return stdout;
    };
    const two =
      '  a: { paths: [a], drops: { tags: "v*" } }\n  b: { paths: [b], drops: { tags: "v[0-9]*" } }\n';
    assert.match(await check(two), /`services\.b` has tags \(v\[0-9\]\*\) that are also those of `a`/);
    assert.match(
      await check("  a: { paths: [a], ledger: { remote: null } }\n"),
      /There is no key `ledger` in `services\.a`/,
    );
    assert.match(await check('  a: { paths: ["/a"] }\n'), /must be relative to the repository's root/);
    assert.match(await check("  a: { drops: { tags: x } }\n"), /`services\.a` needs `paths`|`paths`/);
  });
});
