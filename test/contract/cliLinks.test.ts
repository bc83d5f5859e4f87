import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const SECRET = "AKIA0123456789SECRET";
const NOW = ["--at", "2026-11-23T12:00:00Z"];

/** What a branch, a merge request or a work tree puts in the place of files that Dropclock reads and writes. */
describe("symbolic links in a work tree", () => {
  if (process.platform === "win32") return;
  let repository: TemporaryRepository;
  let outside: string;
  let victim: string;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit({ "a.txt": "1\n" }, { message: "feat: carts" });
    repository.tag("drop-1");
    outside = temporaryFolder();
    victim = join(outside, "victim");
    writeFileSync(victim, `token: ${SECRET}\n${SECRET}\nflags: [${SECRET}]\n`);
  });

  const run = (...args: string[]) => runCommandLine(repository.dir, args);
  const at = (path: string) => join(repository.dir, path);

  function link(path: string, target: string): void {
    rmSync(at(path), { recursive: true, force: true });
    mkdirSync(dirname(at(path)), { recursive: true });
    symlinkSync(target, at(path));
  }

  async function openIncident(): Promise<string> {
    const { stdout } = await run(...NOW, "incident", "open", "--title", "Down", "--json");
    return JSON.parse(stdout).id;
  }

  /** Refused with the link's name and the way out, nothing outside touched, nothing of it told. */
  function assertRefused({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }) {
    assert.ok(code !== 0, stdout);
    assert.match(stderr, /is a symbolic link, which is not followed; put a real (?:file|folder) there\.$/m);
    assert.doesNotMatch(stdout + stderr, new RegExp(SECRET));
    assert.match(readFileSync(victim, "utf8"), new RegExp(`^token: ${SECRET}\n`));
    assert.deepEqual(readdirSync(outside), ["victim"]);
  }

  it("are not followed by --report, as the file or a folder on the way, by any way of naming it", async () => {
    link("report.json", victim);
    link("folder", outside);
    for (const name of [
      "report.json",
      "./report.json",
      at("report.json"),
      "folder/report.json",
      at("folder/new/report.json"),
    ])
      assertRefused(await run("gate", "--report", name));
    mkdirSync(at("sub"));
    assertRefused(await runCommandLine(at("sub"), ["gate", "--report", "../report.json"]));
    const around = temporaryFolder();
    symlinkSync(repository.dir, join(around, "clone"));
    assertRefused(await run("gate", "--report", join(around, "clone/report.json")));
    // A link that leads to nothing would make a file there.
    link("report.json", join(outside, "new"));
    assertRefused(await run("gate", "--report", "report.json"));
  });

  it("are not followed by --out, and a folder outside is the person's choice but for links below it", async () => {
    link("site", outside);
    for (const out of ["site", "site/deeper", "./site", at("site")])
      assertRefused(await run("publish", "--out", out));
    assertRefused(await run("publish", "--dry-run", "--out", "site"));
    // A link to the root itself does not make the root the place to begin at.
    link("round", ".");
    assertRefused(await run("publish", "--out", "round/site2"));
    mkdirSync(at("real"));
    link("real/index.html", victim);
    assertRefused(await run("publish", "--out", "real"));
    const elsewhere = temporaryFolder();
    mkdirSync(join(elsewhere, "big-disk"));
    symlinkSync(join(elsewhere, "big-disk"), join(elsewhere, "www"));
    assert.equal((await run("publish", "--out", join(elsewhere, "www"))).code, 0);
    assert.ok(existsSync(join(elsewhere, "big-disk/index.html")));
    rmSync(join(elsewhere, "big-disk/feed.xml"));
    symlinkSync(victim, join(elsewhere, "big-disk/feed.xml"));
    assertRefused(await run("publish", "--out", join(elsewhere, "www")));
  });

  it("are not followed by documents, the changelog and the public pages", async () => {
    const id = await openIncident();
    const commands = {
      "docs/postmortems": ["postmortem", id],
      docs: ["runbook"],
      "docs/updates": ["update", id],
      public: ["publish"],
    };
    for (const [path, args] of Object.entries(commands)) {
      link(path, outside);
      assertRefused(await run(...args));
      rmSync(at(path));
    }
    link(`docs/postmortems/${id}.md`, victim);
    assertRefused(await run("postmortem", id));
    link("CHANGELOG.md", victim);
    assertRefused(await run("changelog", "--write"));
    assertRefused(await run("changelog"));
  });

  it("are not followed by init, as its folder, its policy or its templates", async () => {
    link(".dropclock", outside);
    assertRefused(await run("init"));
    rmSync(at(".dropclock"));
    mkdirSync(at(".dropclock"));
    link(".dropclock/templates", outside);
    assertRefused(await run("init"));
    link(".dropclock/policy.yaml", join(outside, "new.yaml"));
    assertRefused(await run("init"));
  });

  it("are not followed to read a policy, a template or post-mortems, and nothing of what they lead to is told", async () => {
    link(".dropclock/policy.yaml", victim);
    for (const args of [
      ["policy", "check"],
      ["status"],
      ["gate"],
      ["drop", "show"],
      ["policy", "check", "--json"],
    ]) {
      const { stdout, stderr } = await run(...args);
      assert.match(stdout + stderr, /policy\.yaml is a symbolic link, which is not followed/, args.join(" "));
      assert.doesNotMatch(stdout + stderr, new RegExp(SECRET), args.join(" "));
    }
    rmSync(at(".dropclock"), { recursive: true });
    mkdirSync(join(outside, "held"));
    writeFileSync(join(outside, "held/policy.yaml"), `version: 1\n${SECRET}: x\nservice: ${SECRET}\n`);
    link(".dropclock", join(outside, "held"));
    const folder = await run("policy", "check");
    assert.match(folder.stdout + folder.stderr, /\.dropclock is a symbolic link/);
    assert.doesNotMatch(folder.stdout + folder.stderr, new RegExp(SECRET));
    rmSync(join(outside, "held"), { recursive: true });
    rmSync(at(".dropclock"));
    link(".dropclock/templates/runbook.md", victim);
    assertRefused(await run("runbook"));
    link("docs/postmortems", outside);
    writeFileSync(join(outside, "2026.md"), `# ${SECRET}\n\n- [ ] ${SECRET} (@ana, due 2026-12-01)\n`);
    const actions = await run("actions");
    assert.match(actions.stderr, /docs\/postmortems is a symbolic link/);
    assert.doesNotMatch(actions.stdout + actions.stderr, new RegExp(SECRET));
  });

  it("are not followed to install a hook where a branch can put them", async () => {
    repository.git("config", "core.hooksPath", ".hooks");
    link(".hooks", outside);
    assertRefused(await run("gate", "--install-hook"));
    rmSync(at(".hooks"));
    link(".hooks/pre-push", join(outside, "new"));
    assertRefused(await run("gate", "--install-hook"));
  });
});

describe("a document that is too large", () => {
  it("is refused with a sentence, and soon", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "a.txt": "1\n" }, { message: "feat: carts" });
    repository.write("docs/postmortems/2026.md", Buffer.alloc(50 * 1024 * 1024, "- [ ] x\n"));
    const { code, stderr } = await runCommandLine(repository.dir, ["actions"]);
    assert.equal(code, 1);
    assert.match(stderr, /2026\.md is larger than 1 MiB, so it is not read; shorten it first\.$/m);
  });
});
