import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type ScaffoldProject,
  scaffoldPostmortem,
  scaffoldRunbook,
  writeTemplates,
} from "../../../../src/app/documents/scaffolds.ts";
import { builtInTemplate } from "../../../../src/app/documents/templates.ts";
import { foldRelease, type Release, type ReleaseFacts } from "../../../../src/domain/drop/release.ts";
import { DEFAULT_POLICY, type Policy } from "../../../../src/domain/policy/policy.ts";
import { HumanError } from "../../../../src/domain/text/humanError.ts";
import { freshFolder } from "../../../support/folders/freshFolder.ts";
import { aDrop, linearHistory } from "../../../support/git/linearHistory.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";
import { at, event, opened } from "../../../support/record/events.ts";

interface Wish {
  root: string;
  policy?: Partial<Policy>;
  release?: Partial<Release>;
  facts?: Partial<ReleaseFacts>;
  project?: Partial<ScaffoldProject>;
}

const ID = "2026-11-23-checkout-5xx";

/** A project with one incident and what else is wished for. */
function projectAt({ root, policy, facts, release, project }: Wish): ScaffoldProject {
  const folded = foldRelease({
    policy: {
      policy: { ...DEFAULT_POLICY, ...policy },
      source: "defaults",
      path: ".dropclock/policy.yaml",
      problems: [],
    },
    ...linearHistory([]),
    branchMissing: "There is no branch.",
    events: [opened(at("10:04"), { drop: "drop-2" }), event("detected", at("10:04"))],
    ...facts,
  });
  return {
    root,
    trusted: true,
    repository: null,
    now: () => at("12:00"),
    read: async () => ({ release: { ...folded, ...release } }),
    ...project,
  };
}

const documents = (over: Partial<Policy["documents"]>) => ({
  documents: { ...DEFAULT_POLICY.documents, ...over },
});

async function refusal(promise: Promise<unknown>): Promise<HumanError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return error;
  }
  throw new Error("it was not refused");
}

describe("a scaffold", () => {
  let folder: ReturnType<typeof freshFolder>;
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  };
  const read = (path: string) => readFileSync(join(folder.path, path), "utf8");

  beforeEach(() => {
    folder = freshFolder("scaffold");
  });
  afterEach(() => folder.remove());

  it("writes the post-mortem once, and leaves alone what is there", async () => {
    const project = projectAt({ root: folder.path });
    const path = `docs/postmortems/${ID}.md`;
    assert.deepEqual(await scaffoldPostmortem(project, ID), { path, created: true });
    assert.match(read(path), /^---\nincident: "2026-11-23-checkout-5xx"\n/);
    put(path, "mine now");
    // Not even a broken template stands between people and their document.
    put(".dropclock/templates/postmortem.md", "{% if %}");
    assert.deepEqual(await scaffoldPostmortem(project, "2026-11-23"), { path, created: false });
    assert.equal(read(path), "mine now");
  });

  it("lets only one of many at the same time write", async () => {
    const project = projectAt({ root: folder.path });
    const made = await Promise.all(Array.from({ length: 8 }, () => scaffoldPostmortem(project, ID)));
    assert.equal(made.filter(({ created }) => created).length, 1);
  });

  it("takes the repository's own template, and names the place of its mistake", async () => {
    put(".dropclock/templates/postmortem.md", "# {{ incident.title }}\n\n{{ incident.titel }}\n");
    const project = projectAt({ root: folder.path, policy: documents({ postmortems: "pm/" }) });
    const error = await refusal(scaffoldPostmortem(project, ID));
    assert.equal(error.kind, "usage");
    assert.match(
      error.message,
      /^\.dropclock\/templates\/postmortem\.md:3:4: there is no “incident\.titel”; did you mean “incident\.title”\?$/,
    );
    assert.deepEqual(readdirSync(folder.path), [".dropclock"]);
    put(".dropclock/templates/postmortem.md", "# {{ incident.title }}\n");
    assert.deepEqual(await scaffoldPostmortem(project, ID), { path: `pm/${ID}.md`, created: true });
    assert.equal(read(`pm/${ID}.md`), "# Checkout 5xx\n");
  });

  it("refuses a template of which no part could ever agree with the record", async () => {
    const part = (text: string) => `# T\n\n<!-- dropclock:mine -->\n${text}\n<!-- /dropclock:mine -->\n`;
    const project = projectAt({ root: folder.path });
    put(".dropclock/templates/postmortem.md", part("As of {{ now | instant }}"));
    const error = await refusal(scaffoldPostmortem(project, ID));
    assert.equal(error.kind, "usage");
    assert.match(error.message, /^\.dropclock\/templates\/postmortem\.md: the part “mine” names “now”/);
    put(
      ".dropclock/templates/postmortem.md",
      `As of {{ now | instant }}\n${part("{{ incident.severity }}")}`,
    );
    assert.equal((await scaffoldPostmortem(project, ID)).created, true);
  });

  it("takes no template in another encoding, and names the line", async () => {
    const path = join(folder.path, ".dropclock/templates/postmortem.md");
    put(".dropclock/templates/postmortem.md", "");
    writeFileSync(path, Buffer.from("# {{ incident.title }}\n\nGebühren\n", "latin1"));
    const error = await refusal(scaffoldPostmortem(projectAt({ root: folder.path }), ID));
    assert.equal(error.kind, "usage");
    assert.match(error.message, /postmortem\.md:3:4: this is no UTF-8 text; save the template as UTF-8\.$/);
  });

  it("says so when the template is empty", async () => {
    put(".dropclock/templates/postmortem.md", "\n");
    const error = await refusal(scaffoldPostmortem(projectAt({ root: folder.path }), ID));
    assert.match(error.message, /is empty; remove it/);
  });

  it("writes nothing in a folder that is not trusted", async () => {
    const project = projectAt({ root: folder.path, project: { trusted: false } });
    for (const attempt of [
      scaffoldPostmortem(project, ID),
      scaffoldRunbook(project, null),
      writeTemplates(project),
    ]) {
      const error = await refusal(attempt);
      assert.equal(error.kind, "refused");
      assert.match(error.message, /not trusted/);
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("stays inside the repository, whatever the policy names", async () => {
    for (const postmortems of [
      "../outside",
      "/tmp/outside",
      "C:\\outside",
      "a/../../outside",
      ".git/hooks",
      "a/.GIT",
    ]) {
      const project = projectAt({ root: folder.path, policy: documents({ postmortems }) });
      const error = await refusal(scaffoldPostmortem(project, ID));
      assert.equal(error.kind, "refused", postmortems);
      assert.match(error.message, /outside the repository/);
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("stays inside the repository, whatever an incident from elsewhere is called", async () => {
    for (const id of ["../../x", "/etc/passwd", "..\\..\\x", "nul", "a".repeat(5000), "x\0y", "a/b"]) {
      const events = [opened(at("10:04"), {})].map((each) => ({ ...each, subject: `incident/${id}` }));
      const made = await scaffoldPostmortem(projectAt({ root: folder.path, facts: { events } }), id);
      assert.match(made.path, /^docs\/postmortems\/[A-Za-z0-9][\w.-]{0,100}\.md$/, id);
      assert.equal(made.created, true, id);
    }
    assert.equal(readdirSync(join(folder.path, "docs/postmortems")).length, 7);
  });

  it("follows no symbolic link, wherever it leads", async function () {
    if (process.platform === "win32") this.skip();
    const outside = freshFolder("outside");
    const project = projectAt({ root: folder.path });
    symlinkSync(outside.path, join(folder.path, "docs"));
    assert.match(
      (await refusal(scaffoldPostmortem(project, ID))).message,
      /is a symbolic link, which is not followed/,
    );
    const there = projectAt({ root: folder.path, policy: documents({ postmortems: "pm" }) });
    mkdirSync(join(folder.path, "pm"));
    symlinkSync(join(outside.path, "new.md"), join(folder.path, `pm/${ID}.md`));
    assert.match(
      (await refusal(scaffoldPostmortem(there, ID))).message,
      /is a symbolic link, which is not followed/,
    );
    writeFileSync(join(outside.path, "secret"), "secret");
    mkdirSync(join(folder.path, ".dropclock/templates"), { recursive: true });
    symlinkSync(join(outside.path, "secret"), join(folder.path, ".dropclock/templates/postmortem.md"));
    const elsewhere = projectAt({ root: folder.path, policy: documents({ postmortems: "other" }) });
    assert.match(
      (await refusal(scaffoldPostmortem(elsewhere, ID))).message,
      /is a symbolic link, which is not followed/,
    );
    assert.deepEqual(readdirSync(outside.path), ["secret"]);
    outside.remove();
  });

  it("works where the repository itself was reached by a link, and follows none below it", async function () {
    if (process.platform === "win32") this.skip();
    const link = freshFolder("link");
    symlinkSync(folder.path, join(link.path, "here"));
    const project = projectAt({ root: join(link.path, "here") });
    assert.equal((await scaffoldPostmortem(project, ID)).created, true);
    assert.ok(read(`docs/postmortems/${ID}.md`));
    mkdirSync(join(folder.path, "texts"));
    symlinkSync("../texts", join(folder.path, "docs/inside"));
    const inside = projectAt({
      root: folder.path,
      policy: documents({ postmortems: "docs/inside" }),
    });
    const { message } = await refusal(scaffoldPostmortem(inside, ID));
    assert.match(
      message,
      /docs\/inside is a symbolic link, which is not followed; put a real folder there\.$/,
    );
    link.remove();
  });

  it("says what is in the way", async () => {
    put("docs", "a file");
    assert.match(
      (await refusal(scaffoldPostmortem(projectAt({ root: folder.path }), ID))).message,
      /docs is not a folder; move it out of the way/,
    );
    mkdirSync(join(folder.path, `pm/${ID}.md`), { recursive: true });
    const project = projectAt({ root: folder.path, policy: documents({ postmortems: "pm" }) });
    assert.match(
      (await refusal(scaffoldPostmortem(project, ID))).message,
      /is not a file; move it out of the way/,
    );
  });

  it("names the incidents and the drops that there are", async () => {
    const project = projectAt({ root: folder.path });
    assert.match(
      (await refusal(scaffoldPostmortem(project, "x"))).message,
      /no incident “x”; known: 2026-11-23-checkout-5xx/,
    );
    assert.match((await refusal(scaffoldRunbook(project, null))).message, /There is no branch/);
    assert.match((await refusal(scaffoldRunbook(project, "drop-9"))).message, /There is no branch/);
    const drop = aDrop("drop-2", { commit: "2".repeat(40), shippedAt: at("09:00") });
    const shipped = projectAt({ root: folder.path, release: { drops: [drop], current: drop } });
    const error = await refusal(scaffoldRunbook(shipped, "drop-9"));
    assert.match(error.message, /no drop “drop-9” on the release branch; the newest are drop-2\./);
    assert.deepEqual(await scaffoldRunbook(shipped, null), {
      path: "docs/runbooks/drop-2.md",
      created: true,
    });
    assert.match(
      read("docs/runbooks/drop-2.md"),
      /Its commits cannot be shown: There is no git repository here\./,
    );
  });

  it("writes all templates for people to change, and never again", async () => {
    const project = { root: folder.path, trusted: true, repository: null };
    const paths = ["postmortem.md", "runbook.md", "update.md"].map((name) => `.dropclock/templates/${name}`);
    assert.deepEqual(
      await writeTemplates(project),
      paths.map((path) => ({ path, created: true })),
    );
    assert.equal(read(paths[0]!), await builtInTemplate("postmortem.md"));
    put(paths[0]!, "# mine\n");
    assert.deepEqual(
      await writeTemplates(project),
      paths.map((path) => ({ path, created: false })),
    );
    assert.equal(read(paths[0]!), "# mine\n");
  });
});

describe("a scaffold in a git repository", function () {
  this.timeout(300_000);

  /** Three drops of one commit each. */
  function threeDrops() {
    const repository = TemporaryRepository.make();
    const tags = ["drop-1", "drop-2", "drop-3"].map((name, i) => {
      const notes: Record<string, string> = name === "drop-3" ? { "docs/release.md": "notes\n" } : {};
      const date = at("08:00") + i * 60_000;
      const commit = repository.commit(
        { "src/app.txt": `${name}\n`, ...notes },
        { at: date, message: `feat: ${name}` },
      );
      repository.tag(name);
      return { name, commit, date };
    });
    return { repository, tags };
  }

  it("holds the drop's commits, authors and files, and leaves the rest alone", async () => {
    const { repository, tags } = threeDrops();
    const project = projectAt({
      root: repository.dir,
      facts: {
        ...linearHistory(tags),
        events: [opened(at("10:04"), { drop: "drop-3" })],
      },
      project: { repository: await repository.open() },
    });
    const postmortem = await scaffoldPostmortem(project, ID);
    const runbook = await scaffoldRunbook(project, "drop-3");
    const first = await scaffoldRunbook(project, "drop-1");
    const text = ({ path }: { path: string }) => readFileSync(join(repository.dir, path), "utf8");
    assert.match(
      text(postmortem),
      /`drop-3`, shipped 2026-11-23 08:02 UTC after `drop-2`: 1 commit by Ana, 2 files \(\+2 −1\)\./,
    );
    assert.match(text(postmortem), /\| Ana \| feat: drop-3 \|/);
    assert.match(text(postmortem), /- `docs\/release\.md` added \(\+1 −0\)/);
    assert.match(text(runbook), /git merge --no-edit undo-drop-3/);
    // Of what an undo keeps, only what this drop touches.
    assert.match(text(runbook), /':\(top,glob\)docs\/\*\*'/);
    assert.doesNotMatch(text(runbook), /CHANGELOG/);
    assert.match(text(first), /it is the first drop: 1 commit, 1 file /);
    const made = [postmortem, first, runbook].map(({ path }) => `?? ${path}`);
    assert.equal(repository.git("status", "--porcelain", "-uall"), made.join("\n"));
  });

  it("says so in a shallow clone whose history ends before the drop", async () => {
    const { repository, tags } = threeDrops();
    const clone = repository.clone("shallow", "--depth", "1");
    const events = [opened(at("10:04"), { drop: "drop-3" })];
    const project = projectAt({
      root: clone.dir,
      facts: { ...linearHistory(tags), events },
      project: { repository: await clone.open() },
    });
    const { path } = await scaffoldPostmortem(project, ID);
    assert.match(readFileSync(join(clone.dir, path), "utf8"), /Its commits cannot be shown: .+\.$/m);
  });
});
