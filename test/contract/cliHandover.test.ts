import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inProject } from "../support/folders/projectRoot.ts";
import { status, WebhookReceiver } from "../support/monitoring/webhookReceiver.ts";
import { councilTeam } from "../support/people/councilTeam.ts";

const NOW = { DROPCLOCK_SECRET_PAGER: "pager-key" };

/** A team whose policy hands over to these places. */
function teamWith(handover: string) {
  const team = councilTeam(`version: 1\nservice: Checkout\nhandover:\n${handover}`);
  return { ...team, ana: team.member("Ana", NOW), bo: team.member("Bo", NOW) };
}

const ALL = (url: string, more = "") =>
  `  - { on: [opened, breached, undone], webhook: { url: "${url}/in"${more} } }\n`;

/** It opens the page of an incident, and tells nothing of it. */
const LINK = /^vscode:\/\/dropclock\.dropclock\/incident\/[0-9A-HJKMNP-TV-Z]{26}$/;

describe("handing over", function () {
  this.timeout(120_000);

  it("tells that an incident was opened, once, with what a pager needs", async () => {
    const receiver = await WebhookReceiver.start();
    const { ana, bo } = teamWith(ALL(receiver.url, ", secret: pager"));
    const opened = await ana.run(
      "incident",
      "open",
      "--title",
      'Cards "fail"',
      "--severity",
      "critical",
      "--drop",
      "drop-1",
      "--detected",
      "1m ago",
    );
    assert.equal(opened.code, 0, opened.stderr);
    assert.match(opened.stderr, /handover 1 \(opened, \S+\): sent/);
    const [request] = receiver.requests;
    assert.equal(request!.headers.authorization, "Bearer pager-key");
    const { key, at, link, ...body } = JSON.parse(request!.body);
    assert.match(link, LINK);
    assert.equal(request!.headers["idempotency-key"], key);
    assert.ok(Date.parse(at));
    assert.deepEqual(body, {
      event: "opened",
      title: 'Cards "fail"',
      severity: "critical",
      service: "Checkout",
      incident: opened.stdout.trim(),
      drop: "drop-1",
      clock: null,
      due: null,
    });
    for (const each of [ana, bo, bo]) assert.equal((await each.run("sync")).stderr, "");
    assert.equal(receiver.requests.length, 1);
    const log =
      readFileSync(`${ana.repository.dir}/.git/config`, "utf8") + (await ana.run("log", "--json")).stdout;
    assert.doesNotMatch(log, /pager-key/);
  });

  it("tells a breach once, although several clones find it at the same time", async () => {
    const receiver = await WebhookReceiver.start();
    const { ana, bo, member } = teamWith(`  - { on: [breached], webhook: { url: "${receiver.url}" } }\n`);
    const cy = member("Cy");
    const times = ["--started", "4h ago", "--detected", "3h ago"];
    const opened = await ana.run("incident", "open", "--title", "Slow", "--severity", "critical", ...times);
    assert.equal(opened.code, 0, opened.stderr);
    await Promise.all([ana, bo, cy].map((each) => each.run("sync")));
    const messages = receiver.messages.map((body) => JSON.parse(body));
    assert.deepEqual(
      messages.map(({ event, clock }) => [event, clock]),
      [["breached", "mitigate"]],
    );
    assert.equal(receiver.requests.length, 1);
  });

  it("tells that a drop was rolled back", async () => {
    const receiver = await WebhookReceiver.start();
    const { ana, commit, di } = teamWith(ALL(receiver.url));
    commit({ "src/app.ts": "2\n" });
    di.repository.tag("drop-2", { annotated: true });
    di.repository.git("push", "-q", "origin", "drop-2");
    ana.pull();
    const undo = await ana.run("undo", "drop-2", "--yes");
    assert.equal(undo.code, 0, undo.stderr);
    assert.deepEqual(
      receiver.messages.map((body) => JSON.parse(body)).map(({ event, drop }) => [event, drop]),
      [["undone", "drop-2"]],
    );
  });

  it("is no failure of what was done, and is tried again where the receiver was away", async () => {
    const receiver = await WebhookReceiver.start(status(400));
    const { ana } = teamWith(ALL(receiver.url));
    const opened = await ana.run("incident", "open", "--title", "Slow");
    assert.equal(opened.code, 0);
    assert.match(
      opened.stderr,
      /handover 1 \(opened, .*\) was not sent: .* answered 400\. The next dropclock sync tries again\./,
    );
  });

  it("tells nothing of drills and tests, nothing for a policy that is not in force, and gives it no secret", async () => {
    const receiver = await WebhookReceiver.start();
    const team = councilTeam("version: 1\n");
    const ana = team.member("Ana", NOW);
    ana.repository.write(
      ".dropclock/policy.yaml",
      `version: 1\nhandover:\n${ALL(receiver.url, ", secret: pager")}`,
    );
    await ana.run("incident", "open", "--title", "Slow");
    const { ana: other } = teamWith(ALL(receiver.url));
    await other.run("incident", "open", "--title", "Exercise", "--test");
    assert.deepEqual(receiver.requests, []);
  });

  describe("by the recipes of the guide", () => {
    const guide = readFileSync(inProject("media/guide/pipelines.md"), "utf8");
    const recipes = [...guide.matchAll(/^```yaml (handover \w+)\n([\s\S]*?)^```$/gm)];

    for (const [, name, text] of recipes) {
      it(`works: ${name}`, async () => {
        const receiver = await WebhookReceiver.start(status(202));
        const policy = text!.replace(
          /https:\/\/(?:events\.pagerduty\.com|api\.opsgenie\.com)/g,
          receiver.url,
        );
        const team = councilTeam(`version: 1\n${policy}`);
        const secrets = {
          DROPCLOCK_SECRET_PAGERDUTY: "routing",
          DROPCLOCK_SECRET_OPSGENIE: "genie",
          DROPCLOCK_SECRET_CHAT: `${receiver.url}/services/T0/B0/x`,
        };
        const ana = team.member("Ana", secrets);
        const opened = await ana.run(
          "incident",
          "open",
          "--title",
          "Cards <fail>",
          "--severity",
          "critical",
          "--drop",
          "drop-1",
        );
        assert.match(opened.stderr, /: sent$/m, opened.stderr);
        const [{ path, body, headers }] = receiver.requests as [(typeof receiver.requests)[0]];
        const sent = JSON.parse(body);
        if (name === "handover pagerduty") {
          assert.deepEqual(
            [path, sent.routing_key, sent.event_action],
            ["/v2/enqueue", "routing", "trigger"],
          );
          assert.deepEqual([sent.payload.summary, sent.payload.severity], ["Cards <fail>", "critical"]);
          assert.equal(headers.authorization, undefined);
        } else if (name === "handover opsgenie") {
          assert.deepEqual(
            [path, headers.authorization, sent.message],
            ["/v2/alerts", "GenieKey genie", "Cards <fail>"],
          );
        } else {
          assert.equal(path, "/services/T0/B0/x");
          const [, text, link] = /^(.*) · (\S+)$/.exec(sent.text)!;
          assert.equal(text, "Incident opened: Cards &lt;fail&gt; (critical) · drop-1");
          assert.match(link!, LINK);
        }
      });
    }

    it("has three", () => assert.equal(recipes.length, 3));
  });
});
