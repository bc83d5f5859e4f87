import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { gitlabTemplate } from "../../src/documents/pipelines.ts";
import { inProject } from "../support/folders/projectRoot.ts";
import { type LocalServer, startServer } from "../support/monitoring/startExporter.ts";
import { NpmPackage } from "../support/package/npmPackage.ts";
import { COUNCIL_POLICY, councilTeam } from "../support/people/councilTeam.ts";
import { type GithubEvent, GithubRunner } from "../support/pipelines/githubRunner.ts";
import { GitlabRunner } from "../support/pipelines/gitlabRunner.ts";
import { startGitServer } from "../support/pipelines/gitServer.ts";
import { startRegistry } from "../support/pipelines/npmRegistry.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { runProcess } from "../support/processes/runProcess.ts";

const NODE = process.env.DROPCLOCK_TEST_NODE ?? process.execPath;
const { version } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
const [READ, WRITE] = ["token-that-reads", "token-that-writes"];
const ACTION = "acme/dropclock/.github/actions/dropclock@v0.1.0";
const RISKY = { "migrations/1.sql": "alter\n" };

const mergeRequest = (event: GithubEvent) => ({
  ref: "refs/merge-requests/7/head",
  sha: event.sha,
  variables: {
    CI_JOB_TOKEN: READ,
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  },
});

describe("the pipelines", function () {
  this.timeout(300_000);
  let made: NpmPackage;
  let registry: LocalServer;
  const servers: LocalServer[] = [];
  before(async () => {
    made = await NpmPackage.pack();
    registry = await startRegistry(made.tarball);
  });
  after(() => Promise.all([registry, ...servers].map((each) => each.stop())));

  /** A Prometheus that always measures the same. */
  async function measuring(value: string): Promise<string> {
    const answer = { status: "success", data: { resultType: "vector", result: [{ value: [0, value] }] } };
    const server = await startServer((_, response) => response.end(JSON.stringify(answer)));
    servers.push(server);
    return server.url;
  }

  /** A team at a forge, and a runner that has fetched nothing yet. */
  async function scene(policy = COUNCIL_POLICY) {
    const team = councilTeam(policy);
    const server = await startGitServer(team.bare, { [READ]: "read", [WRITE]: "write" });
    servers.push(server);
    const environment: NodeJS.ProcessEnv = { ...made.environment(), npm_config_registry: registry.url };
    for (const name of Object.keys(environment))
      if (/^GIT_(AUTHOR|COMMITTER)_/.test(name)) delete environment[name];
    const path = [dirname(NODE), process.env.PATH].join(":");
    const github = new GithubRunner({ server: server.url, repository: "acme/shop", environment, path });
    const gitlab = new GitlabRunner(server.url, "acme/shop", { ...environment, PATH: path });
    const { di } = team;
    const author = "Mal <mal@example.com>";
    /** A pull request with these files, and its merge with main as the forge keeps it. */
    const pull = (files: Record<string, string>): GithubEvent => {
      const { repository } = di;
      repository.git("checkout", "-q", "-b", "feature");
      repository.commit(files, { author });
      repository.git("checkout", "-q", "--detach", "main");
      repository.git("merge", "-q", "--no-ff", "-m", "Merge into main", "feature");
      repository.git(
        "push",
        "-q",
        "origin",
        "feature",
        "feature:refs/merge-requests/7/head",
        "+HEAD:refs/pull/7/merge",
      );
      const sha = repository.git("rev-parse", "HEAD");
      repository.git("checkout", "-q", "main");
      return { name: "pull_request", ref: "refs/pull/7/merge", sha, base: "main", token: READ };
    };
    const tag = (name: string, files: Record<string, string>): GithubEvent => {
      const sha = team.commit(files);
      di.repository.tag(name, { annotated: true });
      di.repository.git("push", "-q", "origin", name);
      return { name: "push", ref: `refs/tags/${name}`, sha, token: READ };
    };
    return { ...team, github, gitlab, pull, tag, environment: { ...environment, PATH: path } };
  }

  describe("the action of GitHub", () => {
    it("judges the merge ref of a shallow checkout without credentials, by a token that only reads", async () => {
      const { github, pull } = await scene();
      const steps = [
        { uses: "actions/checkout@v4", with: { "persist-credentials": "false" } },
        { uses: ACTION, id: "gate" },
      ];
      const { code, log, summary, outputs } = await github.job({ steps }, pull(RISKY));
      assert.equal(code, 0, log);
      const { open, reasons, json } = outputs.gate!;
      assert.deepEqual([open, reasons], ["true", ""]);
      assert.equal(JSON.parse(json!).pullRequest, "7");
      assert.match(summary, /^### ✅ Dropclock: the pull request \\\(1 commit\\\) may be merged into main$/m);
      assert.match(summary, /^To ship, once it is merged:\n\n- It needs 2 approvals/m);
    });

    it("tells on the page of the job why a drop may not ship, with the clocks and its changelog", async () => {
      const { github, tag, di } = await scene();
      const event = tag("drop-2", { ...RISKY, "src/a.ts": "2\n" });
      const open = await di.run(
        "incident",
        "open",
        "--title",
        "Cards | fail",
        "--severity",
        "critical",
        "--drop",
        "drop-1",
      );
      assert.equal(open.code, 0, open.stderr);
      // A step that ends in an error ends the job.
      const steps = [
        { uses: "actions/checkout@v4" },
        { uses: ACTION, id: "gate", with: { version, args: "drop-2" } },
      ];
      const { code, log, summary, outputs } = await github.job({ steps }, event);
      assert.equal(code, 1, log);
      assert.equal(outputs.gate!.open, "false");
      assert.match(outputs.gate!.reasons!, /^It needs 2 approvals of the council/m);
      assert.equal(JSON.parse(outputs.gate!.json!).drop.tag, "drop-2");
      assert.match(summary, /^### ⛔ Dropclock: drop\\-2 may not ship$/m);
      assert.match(summary, /^- It needs 2 approvals/m);
      assert.match(summary, /^\*\*Cards \\\| fail\*\* \(critical, open\)$/m);
      assert.match(summary, /^\| mitigate \| running \|/m);
      assert.match(summary, /^#### Changelog$/m);
      assert.match(log, /^::error title=Dropclock gate \(approvals\)::/m);
      assert.doesNotMatch(log, new RegExp(READ));
    });

    it("runs any command, whose arguments no shell reads, and tells why it failed", async () => {
      const { github, bare } = await scene();
      const sha = bare.git("rev-parse", "main");
      const event: GithubEvent = { name: "push", ref: "refs/heads/main", sha, token: READ };
      const run = (command: string, args: string) => {
        const steps = [{ uses: "actions/checkout@v4" }, { uses: ACTION, id: "it", with: { command, args } }];
        return github.job({ steps }, event);
      };
      const shown = await run("drop show", "drop-1");
      assert.equal(shown.code, 0, shown.log);
      assert.equal(JSON.parse(shown.outputs.it!.json!).tag, "drop-1");
      const failed = await run("drop show", "$(touch\tevil)");
      assert.equal(failed.code, 2, failed.log);
      assert.equal(failed.outputs.it!.open, "false");
      assert.match(failed.outputs.it!.reasons!, /evil/);
      assert.ok(!existsSync(join(failed.workspace, "evil")));
    });
  });

  describe("the workflow that init writes for GitHub", () => {
    async function written(dir: string) {
      const { code, stdout, stderr } = await runCommandLine(dir, ["init", "--pipeline", "github"]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^created \.github\/workflows\/dropclock\.yml\nNext: commit it/);
      return readFileSync(join(dir, ".github/workflows/dropclock.yml"), "utf8");
    }

    it("is asked for, has the policy's tags, and replaces nothing", async () => {
      const { di } = await scene(`${COUNCIL_POLICY}drops: { tags: ["v*", "!*-rc*"] }\n`);
      const { dir } = di.repository;
      const workflow = parse(await written(dir));
      assert.deepEqual(workflow.on.push.tags, ["v*", "!*-rc*"]);
      assert.deepEqual(Object.keys(workflow.jobs), ["gate", "watch", "publish"]);
      writeFileSync(join(dir, ".github/workflows/dropclock.yml"), "mine");
      const again = await runCommandLine(dir, ["init", "--pipeline", "github", "--json"]);
      assert.deepEqual(JSON.parse(again.stdout).files, [
        { path: ".github/workflows/dropclock.yml", created: false },
      ]);
      assert.equal(readFileSync(join(dir, ".github/workflows/dropclock.yml"), "utf8"), "mine");
      const wrong = await runCommandLine(dir, ["init", "--pipeline", "jenkins"]);
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /one of github, gitlab/);
    });

    it("judges a pull request, and takes the package from where the pull request has no say", async () => {
      const { di, github, pull } = await scene();
      const text = await written(di.repository.dir);
      const evil = await startServer((_, response) => response.writeHead(404).end("{}"));
      servers.push(evil);
      const event = pull({
        ...RISKY,
        ".npmrc": `registry=${evil.url}/\n`,
        "node_modules/.bin/dropclock": "#!/bin/sh\nexit 0\n",
        "node_modules/dropclock/package.json": JSON.stringify({ name: "dropclock", version }),
      });
      const { code, log, summary } = await github.workflow(text, "gate", event);
      assert.equal(code, 0, log);
      assert.match(log, /^Passed: the pull request \(1 commit\) may be merged into main\.$/m);
      assert.match(summary, /may be merged/);
      assert.equal(evil.requests, 0);
    });

    it("blocks a tag that its council has not seen, and lets the undo's own branch pass", async () => {
      const { di, bare, github, tag } = await scene();
      const text = await written(di.repository.dir);
      const event = tag("drop-2", RISKY);
      assert.equal((await github.workflow(text, "gate", event)).code, 1);
      await di.run("council", "override", "drop-2", "--why", "the only way to see it");
      assert.equal((await di.run("drop", "ship", "drop-2", "--yes")).code, 0);
      const undo = await di.run("undo", "drop-2", "--yes");
      assert.equal(undo.code, 0, undo.stdout + undo.stderr);
      const { repository } = di;
      repository.git("checkout", "-q", "--detach", "main");
      repository.git("merge", "-q", "--no-ff", "-m", "Merge", "dropclock/undo-drop-2");
      repository.git("push", "-q", bare.dir, "+HEAD:refs/pull/8/merge");
      const sha = repository.git("rev-parse", "HEAD");
      const pull = { name: "pull_request", ref: "refs/pull/8/merge", sha, base: "main", token: READ };
      const { code, log } = await github.workflow(text, "gate", pull);
      assert.equal(code, 0, log);
      assert.match(log, /It is the undo of drop-2, file for file\./);
    });

    it("watches after a deployment under a name of its own, and shares what it saw", async () => {
      const url = await measuring("0.5");
      const signal = `{ name: errors, impact: user, prometheus: { url: "${url}", query: up }, breach: "> 0.1", for: 1s, every: 1s, then: open }`;
      const { di, github, member, commit } = await scene(`version: 1\nsignals: [${signal}]\n`);
      const text = await written(di.repository.dir);
      const sha = commit({ "src/a.ts": "2\n" });
      const event = { name: "deployment_status", ref: "refs/heads/main", sha, token: WRITE };
      const ana = member("Ana");
      const shipped = await ana.run("drop", "ship", "drop-2", "--yes");
      assert.equal(shipped.code, 0, shipped.stderr);
      const short = text.replace(" watch -C", " watch --for 5s -C");
      assert.notEqual(short, text);
      const { code, log } = await github.workflow(short, "watch", event);
      assert.equal(code, 1, log);
      await ana.run("sync");
      const { incidents } = await ana.json("incident", "list");
      assert.equal(incidents.length, 1);
      const { events } = await ana.json("log");
      assert.ok(
        events.some(({ by }: { by: string }) => by === "dropclock <dropclock@users.noreply.github.com>"),
      );
    });

    it("publishes the pages, and nothing where the record cannot be read", async () => {
      const { di, bare, github } = await scene();
      const text = await written(di.repository.dir);
      const sha = bare.git("rev-parse", "main");
      const event = { name: "workflow_dispatch", ref: "refs/heads/main", sha, token: READ };
      const { code, log, workspace } = await github.workflow(text, "publish", event);
      assert.equal(code, 0, log);
      assert.match(readFileSync(join(workspace, "_site/index.html"), "utf8"), /<html/);
    });
  });

  describe("the jobs for GitLab", () => {
    it("come with init, beside a pipeline that is there already", async () => {
      const { di } = await scene();
      const { dir } = di.repository;
      const first = await runCommandLine(dir, ["init", "--pipeline", "gitlab"]);
      assert.match(first.stdout, /^created \.gitlab\/dropclock\.yml\ncreated \.gitlab-ci\.yml\n/);
      assert.deepEqual(parse(readFileSync(join(dir, ".gitlab-ci.yml"), "utf8")), {
        include: [{ local: ".gitlab/dropclock.yml" }],
      });
      writeFileSync(join(dir, ".gitlab-ci.yml"), "test:\n  script: [make]\n");
      const second = await runCommandLine(dir, ["init", "--pipeline", "gitlab"]);
      assert.match(
        second.stdout,
        /^Add to \.gitlab-ci\.yml:\ninclude:\n {2}- local: \.gitlab\/dropclock\.yml$/m,
      );
      assert.equal(readFileSync(join(dir, ".gitlab-ci.yml"), "utf8"), "test:\n  script: [make]\n");
    });

    it("judge a merge request by the job's own token, and write the report", async () => {
      const { di, gitlab, pull } = await scene();
      await runCommandLine(di.repository.dir, ["init", "--pipeline", "gitlab"]);
      const text = readFileSync(join(di.repository.dir, ".gitlab/dropclock.yml"), "utf8");
      const event = pull(RISKY);
      event.sha = di.repository.git("rev-parse", "feature");
      const { code, log, workspace, artifacts } = await gitlab.job(
        text,
        "dropclock gate",
        mergeRequest(event),
      );
      assert.equal(code, 0, log);
      assert.match(log, /^Passed: the pull request/m);
      assert.deepEqual(
        JSON.parse(readFileSync(join(workspace, artifacts!.reports!.codequality!), "utf8")),
        [],
      );
    });

    it("are the same as a template with inputs, which the repository holds", async () => {
      const text = readFileSync(inProject("templates/dropclock.yml"), "utf8");
      assert.equal(text, gitlabTemplate(version));
      assert.equal(parseAllDocuments(text).length, 2);
      const { bare, gitlab, tag } = await scene();
      const event = tag("drop-2", RISKY);
      const variables = { CI_JOB_TOKEN: READ, CI_COMMIT_TAG: "drop-2", CI_PIPELINE_SOURCE: "push" };
      const run = { ref: event.ref, sha: bare.git("rev-parse", "drop-2^{commit}"), variables };
      const { code, log, workspace } = await gitlab.job(text, "dropclock gate", run, { version });
      assert.equal(code, 1, log);
      assert.match(log, /It needs 2 approvals/);
      const report = JSON.parse(readFileSync(join(workspace, "gl-dropclock.json"), "utf8"));
      assert.equal(report[0].check_name, "dropclock-gate-approvals");
    });

    it("push the ledger with the token that may", async () => {
      const { di, bare, gitlab, member } = await scene("version: 1\n");
      await runCommandLine(di.repository.dir, ["init", "--pipeline", "gitlab"]);
      const text = readFileSync(join(di.repository.dir, ".gitlab/dropclock.yml"), "utf8");
      const own = text.replace(/ watch -C/, " incident open --title Found -C");
      assert.notEqual(own, text);
      const variables = { CI_JOB_TOKEN: READ, DROPCLOCK_TOKEN: WRITE, CI_COMMIT_TAG: "drop-1" };
      const run = { ref: "refs/tags/drop-1", sha: bare.git("rev-parse", "drop-1^{commit}"), variables };
      const { code, log } = await gitlab.job(own, "dropclock watch", run);
      assert.equal(code, 0, log);
      assert.equal((await member("Ana").json("incident", "list")).incidents.length, 1);
    });
  });

  describe("the guide", () => {
    const guide = readFileSync(inProject("media/guide/pipelines.md"), "utf8");
    const blocks = (kind: string) =>
      [...guide.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].flatMap(([, each, text]) =>
        each === kind ? [text!] : [],
      );

    it("names the version that it comes with", () => {
      const named = [...guide.matchAll(/dropclock@v?(\d[\w.]*)/g)].map(([, each]) => each);
      assert.deepEqual([...new Set(named)], [version]);
      assert.ok(named.length > 5);
    });

    it("has steps for GitHub that work as they stand, from nothing to a gate within five minutes", async () => {
      const started = performance.now();
      const recipes = blocks("yaml github");
      assert.equal(recipes.length, 2);
      for (const recipe of recipes) {
        const { github, pull } = await scene();
        const steps = parse(recipe);
        assert.ok(steps.length <= 3);
        const { code, log } = await github.job({ steps }, pull(RISKY));
        assert.equal(code, 0, `${recipe}\n${log}`);
        assert.match(log, /^Passed: the pull request/m);
      }
      assert.ok(performance.now() - started < 300_000);
    });

    it("has a job for GitLab that works as it stands", async () => {
      const [recipe, ...others] = blocks("yaml gitlab");
      assert.deepEqual(others, []);
      const { di, gitlab, pull } = await scene();
      const event = pull(RISKY);
      event.sha = di.repository.git("rev-parse", "feature");
      const { code, log } = await gitlab.job(recipe!, "gate", mergeRequest(event));
      assert.equal(code, 0, log);
      assert.match(log, /^Passed: the pull request/m);
    });

    it("has commands that work as they stand", async () => {
      const url = await measuring("0");
      const signal = `{ name: errors, prometheus: { url: "${url}", query: up }, breach: "> 0.1" }`;
      const { bare, environment } = await scene(`version: 1\nsignals: [${signal}]\n`);
      for (const block of blocks("sh")) {
        const clone = bare.clone(`clone-${Math.random().toString(36).slice(2)}`, "--depth", "1");
        if (!block.includes("unshallow")) clone.git("fetch", "-q", "--unshallow", "--tags");
        clone.git("remote", "set-head", "origin", "main");
        const lines = block.replace("--for 30m", "--for 1s");
        const env = { ...environment, ...clone.environment, npm_config_registry: registry.url };
        const { code, stdout, stderr } = await runProcess("bash", ["-e", "-c", lines], {
          cwd: clone.dir,
          env,
        });
        assert.equal(code, 0, `${block}\n${stdout}${stderr}`);
      }
    });
  });
});
