import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DropStories } from "../../src/app/drop/dropNamed.ts";
import { Project } from "../../src/app/project/project.ts";
import { storyOf } from "../../src/domain/record/story.ts";
import { dropRepository } from "../support/git/dropRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const at = (time: string) => [`DROPCLOCK_CLOCK=2026-11-23T${time}Z`];

describe("the timeline, from a chat into the post-mortem", () => {
  const { dir } = dropRepository();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommandLine(dir, args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  let id: string;
  let path: string;
  before(async () => {
    id = await run(
      ...at("12:00"),
      "incident",
      "open",
      "--title",
      "Carts are empty",
      "--started",
      "2026-11-23T10:00Z",
    );
    path = join(dir, await run(...at("12:01"), "postmortem", id));
  });

  it("takes each pasted line at the time that it carries, and a line without one with the line before", async () => {
    const lines = [
      "2026-11-23T10:04:11Z pool exhausted | 50 of 50",
      "    at Pool.take (pool.js:3)",
      '10.0.0.7 - - [23/Nov/2026:11:05:00 +0100] "GET /cart HTTP/1.1" 500 12',
      "Nov 23 10:06:30 shop-1 checkout[7]: <b>gave up</b>",
      "[10:07] bo: rolling back",
    ];
    await run(...at("12:05"), "incident", "paste", id, lines.join("\n"), "--zone", "UTC");
    const { timeline } = JSON.parse(await run(...at("12:06"), "incident", "show", id, "--json"));
    const notes = timeline.filter(({ type }: { type: string }) => type === "note");
    assert.deepEqual(
      notes.map(({ at: when }: { at: string }) => when.slice(11, 19)),
      ["10:04:11", "10:05:00", "10:06:30", "10:07:00"],
    );
    assert.match(JSON.stringify(notes[0]), /Pool\.take/);
  });

  it("takes what carries no time as having happened at --at", async () => {
    for (const [option, when] of [
      ["--at", "10:15"],
      ["--at-time", "10:16"],
    ] as const) {
      const then = `2026-11-23T${when}Z`;
      await run(...at("12:06"), "incident", "paste", id, "we rang the provider", option, then);
      const { timeline } = JSON.parse(await run(...at("12:06"), "incident", "show", id, "--json"));
      const [last] = timeline.filter(({ type, at: own }: { type: string; at: string }) => {
        return type === "note" && own.slice(11, 16) === when;
      });
      assert.deepEqual([last?.text, last?.backDated], ["we rang the provider", true]);
    }
    const timed = [...at("12:06"), "incident", "paste", id, "10:17Z up again"];
    const { code, stderr } = await runCommandLine(dir, [...timed, "--at", "2026-11-23T10:15Z"]);
    assert.equal(code, 2);
    assert.match(stderr, /Each line carries its own time.*leave it out/);
    const future = [...at("12:06"), "incident", "paste", id, "no time", "--at", "2026-11-23T13:15Z"];
    assert.equal((await runCommandLine(dir, future)).code, 2);
  });

  it("asks for the zone of a time that names none, and takes nothing", async () => {
    const { code, stderr } = await runCommandLine(dir, [
      ...at("12:07"),
      "incident",
      "paste",
      id,
      "[10:09] bo: done",
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /--zone/);
  });

  it("is brought up to date between its markers, and nothing else of the file changes", async () => {
    const before = readFileSync(path, "utf8").replace(
      "## Summary\n",
      "## Summary\n\nCarts were empty.  \r\n",
    );
    writeFileSync(path, before);
    await run(...at("12:10"), "postmortem", id, "--refresh");
    const after = readFileSync(path, "utf8");
    const outside = (text: string) =>
      text.replace(/(<!-- dropclock:timeline -->)[\s\S]*?(<!-- \/dropclock:timeline -->)/, "$1$2");
    assert.equal(outside(after), outside(before));
    assert.notEqual(outside(after), after, "the markers are there");
    assert.match(after, /pool exhausted/);
    assert.doesNotMatch(after, /<b>gave up/, "what was pasted is text");
    await run(...at("12:11"), "postmortem", id, "--refresh");
    assert.equal(readFileSync(path, "utf8"), after);
  });
});

describe("what is generated in a post-mortem", () => {
  const repository = dropRepository();
  const { dir } = repository;
  repository.git("config", "user.name", "Ana");
  repository.git("config", "user.email", "ana@example.com");
  const call = (...args: string[]) => runCommandLine(dir, args);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await call(...args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const read = () => readFileSync(join(dir, path), "utf8");
  let id: string;
  let path: string;
  before(async () => {
    id = await run(
      "incident",
      "open",
      "--title",
      "R&D totals",
      "--started",
      "3h ago",
      "--detected",
      "2h ago",
    );
    path = await run("postmortem", id);
    const policy = "version: 1\nupdates: { channels: [ { name: page, clipboard: true } ] }\n";
    repository.commit({ ".dropclock/policy.yaml": policy }, { at: Date.now() });
  });

  it("is told to disagree with the record, and is refreshed together, between its markers", async () => {
    const own = read().replace("## Impact\n", "## Impact\r\n\r\nNobody saw totals.  \r\n");
    writeFileSync(join(dir, path), own);
    await run("incident", "mark", id, "mitigated", "--at-time", "1h ago", "--text", "undone");
    await run("incident", "severity", id, "major", "--why", "fewer than we thought");
    const again = await call("postmortem", id, "--json");
    assert.deepEqual(JSON.parse(again.stdout).stale, [
      "severity (front matter)",
      "summary",
      "impact",
      "timeline",
      "clocks",
      "detection",
    ]);
    assert.match(
      again.stderr,
      /severity \(front matter\), summary, .* disagree with the record; refresh: dropclock postmortem .* --refresh/,
    );
    assert.equal(read(), own);
    const { changed, parts } = JSON.parse(await run("postmortem", id, "--refresh", "--json"));
    assert.deepEqual([changed, parts.length], [true, 6]);
    const refreshed = read();
    assert.match(refreshed, /^severity: major\n/m);
    assert.match(refreshed, /\*\*Severity:\*\* major/);
    assert.match(refreshed, /\*\*Mitigated:\*\* 2\d{3}-/);
    assert.match(refreshed, /People were affected for \*\*2h/);
    assert.match(refreshed, /\| Mitigate \| 8h \| .*\*\*met in 1h/);
    assert.match(refreshed, /\| drop-2 shipped, by its tag \|/);
    assert.match(refreshed, /\| Severity is now major: fewer than we thought \|/);
    const outside = (text: string) =>
      text
        .replace(/(<!-- dropclock:(\w+) -->)[\s\S]*?(<!-- \/dropclock:\2 -->)/g, "$1$3")
        .replace(/^severity: .*$/m, "");
    assert.equal(outside(refreshed), outside(own));
    assert.deepEqual(JSON.parse(await run("postmortem", id, "--refresh", "--json")).parts, []);
    assert.deepEqual(JSON.parse(await run("postmortem", id, "--json")).stale, []);
  });

  it("is left alone where somebody wrote between its markers, and the line is named", async () => {
    const before = read();
    const mine = before.replace(
      "- **Customers told:** not yet\n",
      "- **Customers told:** by Bo, on the phone\n",
    );
    writeFileSync(join(dir, path), mine);
    await run("incident", "note", id, "one more");
    const { code, stderr } = await call("postmortem", id, "--refresh");
    assert.equal(code, 1);
    const line = mine.split("\n").findIndex((each) => each.includes("on the phone")) + 1;
    assert.ok(stderr.includes(`${path}:${line}: `), stderr);
    assert.match(stderr, /written by hand between the markers of the summary; move it below them/);
    assert.equal(read(), mine);
    writeFileSync(join(dir, path), before);
    await run("postmortem", id, "--refresh");
  });

  it("tells of a field in the front matter that disagrees, and keeps those that people wrote", async () => {
    const before = read();
    const mine = before.replace(/^severity: .*$/m, "severity: 'major' # by the council\nreviewer: Bo");
    writeFileSync(join(dir, path), mine);
    assert.deepEqual(JSON.parse(await run("postmortem", id, "--json")).stale, []);
    await run("incident", "severity", id, "critical", "--why", "more than we thought");
    const { parts } = JSON.parse(await run("postmortem", id, "--refresh", "--json"));
    assert.deepEqual(parts.includes("severity (front matter)"), true);
    assert.match(read(), /^severity: critical\nreviewer: Bo\n/m);
    const byHand = read().replace(/^severity: .*$/m, "severity: cosmic");
    writeFileSync(join(dir, path), byHand);
    const forced = await call("incident", "mark", id, "postmortem", "--json");
    assert.match(forced.stderr, /:\d+: “severity \(front matter\)” disagrees with the record/);
    await run("incident", "retract", id, JSON.parse(forced.stdout).event, "--why", "not yet");
    const refused = await call("postmortem", id, "--refresh");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /:4: “severity: cosmic” was written by hand, and the record says “severity: critical”/,
    );
    await run("incident", "severity", id, "major", "--why", "as before");
    writeFileSync(join(dir, path), before);
    await run("postmortem", id, "--refresh");
  });

  it("counts for whether it is published: a file that disagrees is not", async () => {
    const answered = read().replace(/<!-- (?!\/?dropclock:)[\s\S]*?-->/g, "We know.");
    await run("incident", "note", id, "and another");
    const postmortem = async () => {
      const { incidents } = JSON.parse((await call("status", "--json")).stdout);
      return incidents[0].milestones.postmortem;
    };
    repository.commit({ [path]: answered }, { at: Date.now() });
    assert.equal(await postmortem(), null);
    const forced = await call("incident", "mark", id, "postmortem", "--json");
    assert.match(forced.stderr, /recorded because you say so: .*“timeline” disagrees with the record/);
    await run("incident", "retract", id, JSON.parse(forced.stdout).event, "--why", "not yet");
    await run("postmortem", id, "--refresh");
    const commit = repository.commit({ [path]: read() }, { at: Date.now() });
    assert.equal(
      Date.parse(await postmortem()),
      Number(repository.git("log", "-1", "--format=%ct", commit)) * 1000,
    );
    // Its own publication is in the record now, and takes nothing away.
    assert.deepEqual(JSON.parse(await run("postmortem", id, "--json")).stale, []);
    await run("postmortem", id, "--refresh");
    assert.match(read(), /Post-mortem published/);
  });
});

describe("what is generated in a runbook", () => {
  it("follows the incident that is open on the drop, on request, and nothing else of the file changes", async () => {
    const { dir } = dropRepository();
    const call = (...args: string[]) => runCommandLine(dir, args);
    const path = (await call("runbook", "drop-2")).stdout.trim();
    const file = join(dir, path);
    const before = readFileSync(file, "utf8").replace(
      "## Verify\n",
      "## Verify\r\n\r\nLook at the graph.\r\n",
    );
    writeFileSync(file, before);
    assert.match(before, /^incident=\$\(dropclock incident open --drop drop-2 /m);
    const opening = ["incident", "open", "--title", "R&D totals", "--drop", "drop-2", "--started", "1h ago"];
    const id = (await call(...opening)).stdout.trim();
    const again = await call("runbook", "drop-2", "--json");
    assert.deepEqual(JSON.parse(again.stdout), { path, created: false, stale: ["incident"] });
    assert.match(
      again.stderr,
      /incident in it disagrees with the record; refresh: dropclock runbook drop-2 --refresh/,
    );
    assert.equal(readFileSync(file, "utf8"), before);
    const { parts } = JSON.parse((await call("runbook", "drop-2", "--refresh", "--json")).stdout);
    assert.deepEqual(parts, ["incident"]);
    const after = readFileSync(file, "utf8");
    assert.ok(after.includes(`dropclock incident mark ${id} mitigated --text 'rolled back drop-2'\n`));
    const outside = (text: string) =>
      text.replace(/(?<=<!-- dropclock:incident -->)[\s\S]*(?=<!-- \/dropclock:incident -->)/, "");
    assert.equal(outside(after), outside(before));
    await call("incident", "mark", id, "resolved");
    await call("runbook", "drop-2", "--refresh");
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("follows the last rehearsal or drill of the drop", async () => {
    const { dir } = dropRepository();
    const call = (...args: string[]) => runCommandLine(dir, args);
    const file = join(dir, (await call("runbook", "drop-2")).stdout.trim());
    const part = () =>
      readFileSync(file, "utf8").split("<!-- dropclock:rehearsal -->")[1]!.split("<!-- /dropclock:")[0]!;
    assert.match(part(), /^\nIt was never rehearsed:\n/);
    for (const [how, words] of [
      ["--rehearse", /^\nLast rehearsal: .*, passed in \S+/],
      ["--drill", /^\nLast drill: .*, passed in \S+/],
    ] as const) {
      assert.equal((await call("undo", "drop-2", how)).code, 0);
      const looked = JSON.parse((await call("runbook", "drop-2", "--json")).stdout);
      assert.deepEqual(looked.stale, ["rehearsal"]);
      assert.equal((await call("runbook", "drop-2", "--refresh")).code, 0);
      assert.match(part(), words);
    }
    assert.deepEqual(JSON.parse((await call("runbook", "drop-2", "--json")).stdout).stale, []);
  });
});

describe("what became of an incident's drop", () => {
  it("is one list for the command line, the sidebar and the post-mortem, each merge at its time", async () => {
    const repository = dropRepository();
    const { dir } = repository;
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommandLine(dir, args);
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };
    const id = await run("incident", "open", "--title", "Totals", "--drop", "drop-2", "--started", "1h ago");
    const undo = async (...args: string[]) =>
      JSON.parse(await run("undo", "drop-2", "--yes", "--json", ...args));
    let at = Date.now() - 60_000;
    const bring = (how: "merge" | "squash", branch: string) => {
      const message = `${repository.git("log", "-1", "--format=%B", branch)}\n\nSquashed.`;
      at += 1000;
      const git = (...args: string[]) => assert.equal(repository.tryGit(args, { at }).status, 0);
      if (how === "merge") git("merge", "-q", "--no-ff", "-m", "Merge the undo", branch);
      else git("merge", "-q", "--squash", branch);
      if (how === "squash") git("commit", "-q", "-m", message);
      return repository.git("rev-parse", "HEAD").slice(0, 12);
    };
    const merged: string[] = [];
    for (const [mode, how] of [
      ["undo", "squash"],
      ["reapply", "squash"],
      ["undo", "merge"],
      ["reapply", "merge"],
    ] as const) {
      const answer = await undo(...(mode === "reapply" ? ["--reapply"] : []));
      const title = mode === "undo" ? "Undo" : "Reapply";
      // Made is not merged: until then what users have is what the branch holds.
      if (mode === "reapply")
        assert.match(await run("changelog", "drop-2"), /\[YANKED\]\n\n\*\*Rolled back on/);
      merged.push(`${title} of drop-2 merged: ${bring(how, answer.undoBranch)}`);
    }
    assert.match(
      await run("changelog", "drop-2"),
      /\n\nRolled back on .*, and reapplied on [\s\S]*### Added\n/,
    );
    const { story } = JSON.parse(await run("incident", "show", id, "--json"));
    const told = (lines: { text: string }[]) =>
      lines.map(({ text }) => text).filter((text) => / merged: /.test(text));
    assert.deepEqual(told(story), merged);

    const project = await Project.open(dir, { now: Date.now });
    const { release } = await project.read();
    const incident = release.incident(id)!;
    let answered = () => {};
    const known = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const stories = new DropStories(project.repository, () => answered());
    const drawn = () => storyOf(incident, Date.now(), stories.of(release, incident));
    assert.deepEqual(told(drawn()), [], "nobody waits for git");
    await known;
    assert.deepEqual(
      drawn().map(({ text }) => text),
      story.map(({ text }: { text: string }) => text),
    );
    const path = await run("postmortem", id);
    for (const line of merged) assert.ok(readFileSync(join(dir, path), "utf8").includes(line), line);
  });
});
