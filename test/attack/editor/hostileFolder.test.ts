import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import * as vscode from "vscode";
import { type CommandName, commandId } from "../../../src/editor/model/ids.ts";
import { folder, openIncident, readAgain, refuseInputs, whenReady } from "../../host/project.ts";
import { eventually } from "../../support/eventually.ts";
import {
  HOSTILE_ID,
  HOSTILE_SECRET,
  hostilePlaces,
  TEAM_SECRET,
} from "../../support/hostile/hostilePlaces.ts";

const run = (name: CommandName, ...args: unknown[]) =>
  vscode.commands.executeCommand(commandId(name), ...args);
const places = () => hostilePlaces(folder());
const textOf = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
/** A git of the test's own, which leaves no trace among those that are counted. */
const git = (...args: string[]) => {
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => each !== places().path);
  return execFileSync("git", ["-c", "core.hooksPath=/dev/null", ...args], {
    cwd: folder(),
    encoding: "utf8",
    env: { ...process.env, PATH: path.join(delimiter) },
  });
};
/** Longer than the ten seconds after which a rollback went by itself. */
const wait = async (ms: number) => {
  const from = Date.now();
  await eventually(() => assert.ok(Date.now() - from > ms, "the time is not over"), ms + 10_000);
};
const outside = () =>
  readdirSync(dirname(folder()))
    .filter((name) => !/\.(?:calls|ran|asked|team)$/.test(name))
    .join();

/** Answers every question for a text; gives the titles that were asked under. */
async function entering(text: string, work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  const { showInputBox } = vscode.window;
  const answer = async (options?: vscode.InputBoxOptions) => {
    asked.push(options?.title ?? "");
    return text;
  };
  Object.assign(vscode.window, { showInputBox: answer });
  try {
    await work();
  } finally {
    Object.assign(vscode.window, { showInputBox });
  }
  return asked;
}

/** All that lies open in editors, and all that the language features say. */
function shown(): string {
  const texts = vscode.workspace.textDocuments
    .filter(({ uri }) => !uri.fsPath.endsWith("secret"))
    .map((document) => document.getText());
  const said = vscode.languages.getDiagnostics().flatMap(([, all]) => all.map(({ message }) => message));
  return [...texts, ...said].join("\n");
}

describe("a folder whose checked-out branch is an attacker's", function () {
  this.timeout(120_000);
  let stop = () => {};
  let around = "";

  before(() => {
    stop = refuseInputs();
    around = outside();
  });
  after(() => stop());

  it("reads no signal of theirs, opens nothing and runs nothing by itself", async () => {
    await whenReady();
    await wait(14_000);
    assert.equal(textOf(places().asked), "");
    assert.equal(existsSync(places().ran), false);
    assert.equal(git("branch", "--list", "dropclock/*"), "");
  });

  if (vscode.workspace.isTrusted) {
    it("goes by the policy of main, which is in force", async () => {
      const { release } = await readAgain();
      assert.equal(release.policy.source, "branch");
      assert.deepEqual(
        release.policy.policy.signals.map(({ name }) => name),
        ["team errors"],
      );
    });

    it("sends the team's secret to the team's server alone, whatever a branch names and wherever it redirects", async () => {
      const { release } = await readAgain();
      const [signal] = release.policy.policy.signals;
      const { origin } = new URL(signal!.source.url);
      const entered = await entering(TEAM_SECRET, async () => {
        await run("setSignalSecret", { root: folder(), secret: { name: "team", origin } });
        // Nothing is asked for what only the branch at hand names.
        const theirs = { name: "team", origin: "http://127.0.0.1:9" };
        await Promise.resolve(run("setSignalSecret", { root: folder(), secret: theirs })).catch(() => {});
      });
      assert.ok(
        entered.every((title) => title.includes(origin)),
        entered.join(),
      );
      const sent = async () => {
        const before = textOf(places().team).length;
        await eventually(() => assert.ok(textOf(places().team).length > before), 30_000);
        assert.match(textOf(places().team).slice(before), new RegExp(`^Bearer ${TEAM_SECRET}\n`));
      };
      await sent();
      // Their policy comes anew while the secret is there: by an edit, a commit, and other branches checked out.
      const policy = join(folder(), ".dropclock/policy.yaml");
      writeFileSync(policy, `${readFileSync(policy, "utf8")}# again\n`);
      await sent();
      git("commit", "--quiet", "-am", "fix: again");
      for (const branch of ["main", "feature", "main", "feature"]) git("checkout", "--quiet", branch);
      git("branch", "--quiet", "-f", "main", "feature");
      await run("syncLedger");
      await sent();
      assert.equal(textOf(places().asked), "", "not even where main here is theirs");
      git("branch", "--quiet", "-f", "main", "origin/main");
    });

    it("starts none of their hooks when something is recorded and shared", async () => {
      await run("markAcknowledged", await openIncident());
      await run("markMitigated", await openIncident());
      await run("syncLedger");
      const { release } = await readAgain();
      assert.ok(release.incidents.some(({ round }) => round.marks.mitigated));
      assert.equal(existsSync(places().ran), false);
    });

    it("rehearses and rolls back by none of their commands", async () => {
      for (const name of ["rehearseUndo", "undoDrop", "continueUndo"] as const)
        await run(name, { root: folder(), tag: "drop-5" });
      assert.equal(existsSync(places().ran), false);
      assert.equal(textOf(places().asked), "");
    });
  } else {
    it("starts no process in Restricted Mode, whatever command is called", async () => {
      for (const name of [
        "syncLedger",
        "undoDrop",
        "rehearseUndo",
        "shipDrop",
        "markMitigated",
        "openPostmortem",
        "publishRecord",
      ] as const)
        await Promise.resolve(run(name, { root: folder(), tag: "drop-5", id: HOSTILE_ID })).catch(() => {});
      assert.equal(textOf(places().calls), "");
      assert.equal(existsSync(places().ran), false);
    });
  }

  it("writes nothing outside for an incident whose id leads there", async () => {
    for (const name of ["openPostmortem", "draftUpdate", "refreshPostmortem", "writePublicSummary"] as const)
      await Promise.resolve(run(name, { root: folder(), id: HOSTILE_ID })).catch(() => {});
    assert.equal(outside(), around);
    const written = git("status", "--porcelain", "--untracked-files=all").split("\n").filter(Boolean);
    assert.deepEqual(
      written.filter((line) => !/^\?\? "?docs\//.test(line)),
      [],
    );
  });

  it("shows nothing of what a link leads to: a template, the policy", async () => {
    await Promise.resolve(run("openRunbook", { root: folder(), tag: "drop-5" })).catch(() => {});
    const policy = join(folder(), ".dropclock/policy.yaml");
    const text = readFileSync(policy, "utf8");
    rmSync(policy);
    symlinkSync(places().secret, policy);
    try {
      await wait(3_000);
      assert.equal(shown().includes(HOSTILE_SECRET), false);
    } finally {
      rmSync(policy);
      writeFileSync(policy, text);
    }
    assert.match(readFileSync(places().secret, "utf8"), new RegExp(`^# ${HOSTILE_SECRET}\n`));
  });

  it("leaves the attacker with nothing at the end", async () => {
    await wait(3_000);
    assert.equal(textOf(places().asked), "");
    assert.equal(existsSync(places().ran), false);
    assert.equal(outside(), around);
    assert.equal(textOf(places().team).replaceAll(`Bearer ${TEAM_SECRET}\n`, ""), "");
    if (!vscode.workspace.isTrusted) assert.equal(textOf(places().calls) + textOf(places().team), "");
  });
});
