import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyMemory } from "../../../../src/app/project/policyMemory.ts";
import { PolicyReader } from "../../../../src/app/project/policyReader.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { POLICY_TEMPLATE } from "../../../../src/domain/policy/template.ts";
import { eventually } from "../../../support/eventually.ts";
import { temporaryFolder } from "../../../support/git/temporaryRepository.ts";

const RICH = `version: 1
drops: { tags: "v*" }
targets: { minor: { update: null } }
calendar: { timeZone: Europe/Oslo, hours: { mon-fri: ["09:00-17:00"] }, holidays: [2026-12-25], for: [update] }
council: { members: [ana@example.com], quorum: 1 }
risk: [{ paths: ["migrations/**"], level: high, because: schema change }]
signals:
  - { name: errors, prometheus: { url: "http://localhost:9090", query: up }, breach: "> 0.02" }
rollback: { steps: [{ revert: { push: true } }, { verify: [errors] }] }
`;

describe("what policies were found to say", () => {
  it("is the very policy that its text is", async () => {
    const folder = temporaryFolder();
    for (const text of [RICH, POLICY_TEMPLATE, "version: 1\n"]) {
      const { policy } = readPolicy(text);
      assert.ok(policy);
      const memory = new PolicyMemory(folder, "1");
      await memory.keep("/code", text, policy);
      assert.deepEqual(await new PolicyMemory(folder, "1").recall("/code", text), policy);
    }
    assert.equal(readdirSync(folder).length, 1, "one for each folder");
  });

  it("holds for this text, this folder and this build alone", async () => {
    const folder = temporaryFolder();
    const memory = new PolicyMemory(folder, "1");
    assert.equal(await memory.recall("/code", RICH), null);
    await memory.keep("/code", RICH, readPolicy(RICH).policy!);
    assert.equal(await memory.recall("/code", `${RICH}#`), null);
    assert.equal(await memory.recall("/other", RICH), null);
    assert.equal(await new PolicyMemory(folder, "2").recall("/code", RICH), null);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "{");
    assert.equal(await memory.recall("/code", RICH), null);
    await new PolicyMemory(join(folder, readdirSync(folder)[0]!), "1").keep(
      "/code",
      RICH,
      readPolicy(RICH).policy!,
    );
  });

  it("holds the last few of a folder, also when they are kept at once", async () => {
    const folder = temporaryFolder();
    const memory = new PolicyMemory(folder, "1");
    const texts = Array.from({ length: 8 }, (_, i) => `version: 1\nwarnAt: [0.${i + 1}]\n`);
    await Promise.all(texts.map((text) => memory.keep("/code", text, readPolicy(text).policy!)));
    const known = texts.map((text) => new PolicyMemory(folder, "1").recall("/code", text)?.warnAt);
    assert.deepEqual(known, [undefined, undefined, [0.3], [0.4], [0.5], [0.6], [0.7], [0.8]]);
  });

  it("spares the reader the reading, but not the look at the file", async () => {
    const [root, folder] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(root, ".dropclock"));
    const write = (text: string) => writeFileSync(join(root, ".dropclock/policy.yaml"), text);
    write(RICH);
    await new PolicyReader(root, null, new PolicyMemory(folder, "1")).read(null);
    await eventually(() => assert.equal(readdirSync(folder).length, 1));
    const reader = new PolicyReader(root, null, new PolicyMemory(folder, "1"));
    assert.deepEqual(await reader.read(null), await new PolicyReader(root, null).read(null));
    write("version: 2\n");
    const broken = await reader.read(null);
    assert.deepEqual([broken.source, broken.policy.drops.tags], ["work-tree", ["v*"]]);
    assert.ok(broken.problems.length > 0);
  });
});
