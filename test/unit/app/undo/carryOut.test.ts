import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { declareIncident, markMilestone } from "../../../../src/app/incident/incidents.ts";
import { Project } from "../../../../src/app/project/project.ts";
import { carryOut } from "../../../../src/app/undo/carryOut.ts";
import { planUndo } from "../../../../src/app/undo/planUndo.ts";
import type { UndoHost, UndoProgress, Verdict } from "../../../../src/app/undo/undoHost.ts";
import { recordOf } from "../../../../src/domain/drop/release.ts";
import { SshKeys } from "../../../support/git/signingKeys.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";

const SIGNAL =
  'signals: [{ name: errors, prometheus: { url: "http://localhost:1", query: up }, breach: "> 1" }]\n';
const policyOf = (...steps: string[]) =>
  `version: 1\n${SIGNAL}rollback:\n  steps:\n${steps.map((step) => `    - ${step}\n`).join("")}`;

/** A person or a pipeline that answers as the test wants. */
class TestOperator implements UndoHost {
  verdict: Verdict = "later";
  code: number | null = 0;
  secret: string | null = null;
  stopAfter = Number.POSITIVE_INFINITY;
  readonly told: UndoProgress[] = [];
  readonly ran: string[] = [];
  readonly hosts: string[] = [];
  #steps = 0;

  async run({ line }: { line: string }) {
    this.ran.push(line);
    return this.code;
  }

  async verify() {
    return this.verdict;
  }

  async token({ host }: { host: string }) {
    this.hosts.push(host);
    return this.secret;
  }

  report(progress: UndoProgress) {
    this.told.push(progress);
    if (progress.state === "done") this.#steps++;
  }

  cancelled() {
    return this.#steps >= this.stopAfter;
  }
}

async function place(...steps: string[]) {
  const repository = TemporaryRepository.make();
  repository.git("config", "user.name", "Ana");
  repository.git("config", "user.email", "ana@example.com");
  repository.commit({ "app.txt": "a\n", ".dropclock/policy.yaml": policyOf(...steps) });
  repository.tag("drop-1");
  repository.commit({ "app.txt": "b\n" });
  repository.tag("drop-2");
  const project = await Project.open(repository.dir, { now: Date.now });
  const press = async (host: UndoHost) =>
    carryOut(project, await planUndo(project, { tag: null, mode: "undo" }), host);
  const record = async () => recordOf((await project.read()).release, "drop-2");
  return { repository, project, press, record };
}

describe("carrying out an undo", function () {
  this.timeout(300_000);

  it("waits for somebody to say that it is calm, and only then says rolled back and mitigated", async () => {
    const { project, press, record } = await place("revert: { push: false }", "verify: [errors]");
    const { id } = await declareIncident(project, { title: "Checkout 5xx" });
    const host = new TestOperator();
    const first = await press(host);
    assert.deepEqual([first.state, first.mitigated, first.plan.incident], ["waiting", false, id]);
    assert.equal((await record()).state, "undoing");
    host.verdict = "unsettled";
    const second = await press(host);
    assert.deepEqual([second.state, second.steps[1]!.words], ["failed", "not calm yet: errors"]);
    host.verdict = "calm";
    const third = await press(host);
    assert.deepEqual([third.state, third.mitigated], ["done", true]);
    assert.equal((await record()).state, "undone");
    const { release } = await project.read();
    assert.notEqual(release.incidents[0]!.round.marks.mitigated, null);
  });

  it("takes the incident's own mark for the word that it is calm", async () => {
    const { project, press } = await place("revert: { push: false }", "verify: [errors]");
    const { id } = await declareIncident(project, { title: "Checkout 5xx" });
    assert.equal((await press(new TestOperator())).state, "waiting");
    await markMilestone(project, id, "mitigated");
    const { state, steps } = await press(new TestOperator());
    assert.deepEqual([state, steps[1]!.words], ["done", "the incident is marked as mitigated"]);
  });

  it("can be stopped between two steps, tells each as it goes, and goes on", async () => {
    const { press, record } = await place(
      "revert: { push: false }",
      "run: ./deploy.sh {{ previous.tag }}",
      "run: ./purge.sh",
    );
    const host = new TestOperator();
    host.stopAfter = 2;
    const stopped = await press(host);
    assert.equal(stopped.state, "cancelled");
    assert.deepEqual(
      host.told.map(({ index, of, state }) => `${index + 1}/${of} ${state}`),
      ["1/3 running", "1/3 done", "2/3 running", "2/3 done"],
    );
    assert.equal((await record()).attempt!.steps.get("run: ./purge.sh")!.outcome, "cancelled");
    const again = new TestOperator();
    assert.equal((await press(again)).state, "done");
    assert.deepEqual([host.ran, again.ran], [["./deploy.sh drop-1"], ["./purge.sh"]]);
  });

  it("does not do another undo than the one that was shown", async () => {
    const { repository, project } = await place("revert: { push: false }");
    const plan = await planUndo(project, { tag: null, mode: "undo" });
    repository.commit({ "other.txt": "meanwhile\n" });
    await assert.rejects(
      carryOut(project, plan, new TestOperator()),
      /main has changed since the plan was shown/,
    );
    assert.equal(repository.git("for-each-ref", "refs/heads/dropclock"), "");
  });

  it("does nothing in a folder that is not trusted", async () => {
    const { repository, project } = await place("revert: { push: false }");
    const plan = await planUndo(project, { tag: null, mode: "undo" });
    const untrusted = await Project.open(repository.dir, { now: Date.now, trusted: false });
    await assert.rejects(carryOut(untrusted, plan, new TestOperator()), /not trusted/);
  });

  describe("opens a pull request", () => {
    let server: Server;
    const asked: { method: string; url: string; authorization: string; body: string }[] = [];
    let answers: [number, unknown][] = [];
    const kept = { ...process.env };

    before(async () => {
      server = createServer(async (request: IncomingMessage, response) => {
        let body = "";
        for await (const chunk of request) body += chunk;
        const { method = "", url = "", headers } = request;
        if (!url.startsWith("/api/")) return void response.writeHead(404).end();
        asked.push({ method, url, authorization: headers.authorization ?? "", body });
        const [status, json] = answers.shift() ?? [500, {}];
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      process.env.GITHUB_SERVER_URL = `http://127.0.0.1:${port}`;
      process.env.GITHUB_API_URL = `http://127.0.0.1:${port}/api`;
    });
    after(() => {
      server.close();
      for (const name of ["GITHUB_SERVER_URL", "GITHUB_API_URL"]) {
        if (kept[name] === undefined) delete process.env[name];
        else process.env[name] = kept[name];
      }
    });

    async function hosted() {
      const made = await place("revert: { push: true, pullRequest: true }");
      const bare = made.repository.bareRemote();
      made.repository.git("config", "remote.origin.url", `${process.env.GITHUB_SERVER_URL}/acme/shop.git`);
      made.repository.git("config", "remote.origin.pushurl", bare.dir);
      asked.length = 0;
      return made;
    }

    it("through the API where there is a token", async () => {
      const { press, repository } = await hosted();
      const host = new TestOperator();
      host.secret = "s3cret";
      answers = [[201, { html_url: "https://github.example/acme/shop/pull/7" }]];
      const { state, url, steps } = await press(host);
      assert.deepEqual([state, url], ["done", "https://github.example/acme/shop/pull/7"]);
      assert.deepEqual(host.hosts, ["127.0.0.1"]);
      const [{ method, url: where, authorization, body }] = asked as [(typeof asked)[0]];
      assert.deepEqual(
        [method, where, authorization],
        ["POST", "/api/repos/acme/shop/pulls", "Bearer s3cret"],
      );
      const { title, head, base, body: text } = JSON.parse(body);
      assert.deepEqual([title, head, base], ["Revert drop-2", "dropclock/undo-drop-2", "main"]);
      assert.match(text, /This reverts commit [0-9a-f]{40}\./);
      const written = repository.git("log", "-p", "refs/dropclock/ledger");
      assert.ok(!written.includes("s3cret") && !JSON.stringify(steps).includes("s3cret"));
    });

    it("finds the one that is there already", async () => {
      const { press } = await hosted();
      const host = new TestOperator();
      host.secret = "s3cret";
      answers = [
        [422, { message: "Validation Failed" }],
        [200, [{ html_url: "https://github.example/acme/shop/pull/3" }]],
      ];
      assert.equal((await press(host)).url, "https://github.example/acme/shop/pull/3");
    });

    it("gives the link where there is no token, or the answer is no; the undo is done all the same", async () => {
      const none = await (await hosted()).press(new TestOperator());
      assert.equal(none.state, "done");
      assert.match(none.url!, /\/acme\/shop\/compare\/main\.\.\.dropclock\/undo-drop-2\?expand=1$/);
      const { press } = await hosted();
      const host = new TestOperator();
      host.secret = "expired";
      answers = [[401, { message: "Bad credentials" }]];
      const refused = await press(host);
      assert.equal(refused.state, "done");
      assert.match(
        refused.steps[0]!.words!,
        /could not be opened \(127\.0\.0\.1 answered 401: Bad credentials\); open the pull request: http/,
      );
    });

    it("says where no checks start for it, because the pipeline's own token opened it", async () => {
      const { press } = await hosted();
      const host = new TestOperator();
      host.secret = "run";
      const user = { login: "github-actions[bot]" };
      answers = [[201, { html_url: "https://github.example/acme/shop/pull/7", user }]];
      const { steps } = await press(host);
      assert.match(
        steps[0]!.words!,
        /pull\/7\. It was opened with the pipeline's own token, so no checks start: /,
      );
    });

    it("at GitLab through its API, finds the one that is there, and gives its link without a token", async () => {
      const lab = async () => {
        const made = await place("revert: { push: true, pullRequest: true }");
        const bare = made.repository.bareRemote();
        const { port } = server.address() as AddressInfo;
        made.repository.git("config", "dropclock.gitlab", `http://localhost:${port}`);
        made.repository.git("config", "remote.origin.url", "git@localhost:group/team/shop.git");
        made.repository.git("config", "remote.origin.pushurl", bare.dir);
        asked.length = 0;
        return made;
      };
      const host = new TestOperator();
      host.secret = "s3cret";
      answers = [
        [409, { message: ["Another open merge request already exists"] }],
        [200, [{ web_url: "https://lab.example/group/team/shop/-/merge_requests/3" }]],
      ];
      assert.equal(
        (await (await lab()).press(host)).url,
        "https://lab.example/group/team/shop/-/merge_requests/3",
      );
      const [made, found] = asked;
      assert.deepEqual(
        [made!.method, made!.url, made!.authorization],
        ["POST", "/api/v4/projects/group%2Fteam%2Fshop/merge_requests", "Bearer s3cret"],
      );
      const { source_branch, target_branch, title } = JSON.parse(made!.body);
      assert.deepEqual(
        [source_branch, target_branch, title],
        ["dropclock/undo-drop-2", "main", "Revert drop-2"],
      );
      assert.match(found!.url, /source_branch=dropclock%2Fundo-drop-2&target_branch=main&state=opened$/);
      const none = await (await lab()).press(new TestOperator());
      assert.match(
        none.url!,
        /\/group\/team\/shop\/-\/merge_requests\/new\?merge_request%5Bsource_branch%5D=dropclock%2Fundo-drop-2&/,
      );
    });
  });

  describe("signs the commit of the undo", () => {
    const verified = (repository: TemporaryRepository) =>
      repository.git("log", "-1", "--format=%G?", "dropclock/undo-drop-2");

    it("where git signs every commit here, and not else", async () => {
      const keys = new SshKeys();
      const plain = await place("revert: { push: false }");
      await plain.press(new TestOperator());
      assert.equal(verified(plain.repository), "N");
      const { repository, press } = await place("revert: { push: false }");
      repository.git("config", "gpg.format", "ssh");
      repository.git("config", "user.signingKey", keys.make("ana@example.com"));
      repository.git("config", "gpg.ssh.allowedSignersFile", keys.allowedSigners);
      repository.git("config", "commit.gpgSign", "true");
      assert.equal((await press(new TestOperator())).state, "done");
      assert.equal(verified(repository), "G");
    });

    it("or says why it cannot", async () => {
      const { repository, press } = await place("revert: { push: false }");
      repository.git("config", "commit.gpgSign", "true");
      repository.git("config", "gpg.format", "ssh");
      repository.git("config", "user.signingKey", "/no/such/key");
      const { state, steps } = await press(new TestOperator());
      assert.equal(state, "failed");
      assert.match(steps[0]!.words!, /git cannot sign the commit of the undo: .*git commit -S works here/);
    });
  });
});
