import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { inProject } from "../support/folders/projectRoot.ts";

const read = (path: string) => readFileSync(inProject(path), "utf8");
const manifest = JSON.parse(read("package.json"));

describe("the project's own workflows", () => {
  const ci = parse(read(".github/workflows/ci.yml"));
  const release = parse(read(".github/workflows/release.yml"));

  it("test on three systems, on the oldest Node that is claimed and on the newest", () => {
    const { os, node } = ci.jobs.tests.strategy.matrix;
    assert.deepEqual(os, ["ubuntu-latest", "windows-latest", "macos-latest"]);
    assert.equal(node[0], Number.parseInt(manifest.engines.node.replace(/\D+/, ""), 10));
    assert.ok(node.includes(24));
  });

  it("test on the oldest editor that is claimed, whose types the extension is compiled against", () => {
    const oldest = manifest.engines.vscode.replace("^", "");
    assert.equal(manifest.devDependencies["@types/vscode"], oldest);
    const [major, minor] = oldest.split(".");
    const [first] = ci.jobs.host.strategy.matrix.vscode;
    assert.equal(first.split(".")[1], minor, "a server of VS Code 1.x is code-server 4.x");
    assert.equal(major, "1");
  });

  it("run only scripts that there are", () => {
    const steps = [ci, release].flatMap(({ jobs }) =>
      Object.values(jobs as Record<string, { steps: { run?: string }[] }>).flatMap((job) => job.steps),
    );
    const scripts = steps.flatMap(({ run = "" }) =>
      [...run.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!),
    );
    assert.ok(scripts.length > 5);
    for (const name of scripts) assert.ok(name in manifest.scripts, name);
  });

  it("publish by identity: no secret but the one of the registry that knows none", () => {
    for (const job of ["npm", "marketplace"]) {
      assert.equal(release.jobs[job].permissions["id-token"], "write");
      assert.equal(release.jobs[job].needs, "pack");
    }
    const named = [...read(".github/workflows/release.yml").matchAll(/secrets\.(\w+)/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(named, ["OVSX_PAT"]);
  });

  it("put no expression into a script, where whoever names a branch would write", () => {
    for (const path of globSync("{.github/workflows/*.yml,.github/actions/*/action.yml}", {
      cwd: inProject(),
    })) {
      const { jobs, runs } = parse(read(path));
      const all = jobs
        ? Object.values(jobs as Record<string, { steps: { run?: string }[] }>).flatMap(({ steps }) => steps)
        : runs.steps;
      for (const { run = "" } of all) assert.doesNotMatch(run, /\$\{\{/, path);
    }
  });

  it("let nobody write by default", () => {
    for (const { permissions } of [ci, release]) assert.deepEqual(permissions, { contents: "read" });
  });
});
