import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../../src/app/project/project.ts";
import { planUndo } from "../../src/app/undo/planUndo.ts";
import { candidateOf, nextDrop, rangeOf } from "../../src/domain/drop/release.ts";
import { touchingCommits } from "../../src/git/pathCommits.ts";
import { openRepository } from "../../src/git/repository.ts";
import { countingGit } from "../support/git/gitCalls.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { seeded } from "../support/seeded.ts";

const LETTERS = ["a", "b", "c", "d", "e", "f"];

/** What a service has, told without patterns: folders, and folders of them that are taken away. */
interface Plain {
  key: string;
  folders: string[];
  without: string[];
}

/** Some services with folders of their own, some shared, some nested in another one's. */
function randomServices(dice: ReturnType<typeof seeded>): Plain[] {
  const keys = LETTERS.slice(0, 2 + dice.below(5));
  return keys.map((key) => {
    const folders = [`svc/${key}`];
    if (dice.below(2) === 0) folders.push("lib/one");
    if (dice.below(3) === 0) folders.push("lib/two");
    const without = dice.below(3) === 0 ? [`svc/${key}/inner`] : [];
    // A service in a folder of the one before it.
    if (key !== "a" && dice.below(3) === 0) folders.push(`svc/${keys[keys.indexOf(key) - 1]}/inner`);
    return { key, folders, without };
  });
}

const isOf = ({ folders, without }: Plain, path: string) =>
  folders.some((folder) => path.startsWith(`${folder}/`)) &&
  !without.some((folder) => path.startsWith(`${folder}/`));

const policyText = (services: readonly Plain[]) =>
  [
    "version: 1",
    "services:",
    ...services.map(({ key, folders, without }) => {
      const paths = [...folders.map((folder) => `${folder}/**`), ...without.map((folder) => `!${folder}/**`)];
      return `  ${key}: { paths: ${JSON.stringify(paths)}, drops: { tags: "${key}/v*" } }`;
    }),
    "",
  ].join("\n");

/** Commits that change files of some services, merges of side branches, and tags as they fall. */
function randomRepository(seed: number): { repository: TemporaryRepository; services: Plain[] } {
  const dice = seeded(seed);
  const services = randomServices(dice);
  const repository = TemporaryRepository.make();
  const places = [
    ...services.flatMap(({ key }) => [`svc/${key}`, `svc/${key}/inner`]),
    ...["lib/one", "lib/two", "docs", "nobody"],
  ];
  const files = new Map<string, number>();
  const edit = () => {
    const changed: Record<string, string> = {};
    for (let i = 1 + dice.below(3); i > 0; i--) {
      const path = `${dice.pick(places)}/file${dice.below(2)}.txt`;
      const n = (files.get(path) ?? 0) + 1;
      files.set(path, n);
      changed[path] = `${path} ${n}\n`;
    }
    return changed;
  };
  const first = Object.fromEntries(places.map((place) => [`${place}/file0.txt`, "0\n"]));
  repository.commit(
    { ".dropclock/policy.yaml": policyText(services), ...first },
    { message: "chore: start" },
  );
  const count = new Map(services.map(({ key }) => [key, 1]));
  for (const { key } of services) repository.tag(`${key}/v1`);
  for (let i = 0; i < 10; i++) {
    if (dice.below(5) === 0) {
      repository.git("checkout", "-q", "-b", `side${i}`);
      repository.commit({ [`${dice.pick(places)}/side${i}.txt`]: `${i}\n` }, { message: `feat: side ${i}` });
      repository.git("checkout", "-q", "main");
      repository.commit(edit(), { message: `feat: beside ${i}` });
      repository.git("merge", "-q", "--no-ff", "-m", `Merge side ${i}`, `side${i}`);
    } else repository.commit(edit(), { message: `feat: ${i}` });
    for (const { key } of services) {
      if (dice.below(3) !== 0) continue;
      const n = count.get(key)! + 1;
      count.set(key, n);
      repository.tag(`${key}/v${n}`);
    }
  }
  return { repository, services };
}

async function opened(repository: TemporaryRepository): Promise<Project> {
  const found = (await openRepository(repository.dir, { environment: repository.environment }))!;
  const early = { repository: Promise.resolve(found) };
  return Project.open(repository.dir, {
    now: () => Date.parse("2026-11-23T12:00:00Z"),
    early: early as never,
  });
}

describe("services of a random repository", () => {
  for (let seed = 1; seed <= 6; seed++) {
    it(`undo their own files and nothing else, and each commit is in one drop (${seed})`, async () => {
      const { repository, services } = randomRepository(seed);
      const project = await opened(repository);
      const { services: readings } = await project.readServices();
      const tree = (name: string) =>
        new Map(
          repository
            .git("ls-tree", "-r", name)
            .split("\n")
            .map((line) => line.split("\t").toReversed() as [string, string]),
        );
      for (const plain of services) {
        const { project: own, reading } = readings.find(({ service }) => service === plain.key)!;
        const { release } = reading;

        // By git's own hand: what each commit changes against its first parent.
        const touching = repository
          .git("rev-list", "main")
          .split("\n")
          .filter((sha) => {
            const parent = repository.tryGit(["rev-parse", "--verify", "-q", `${sha}^1`]).stdout.trim();
            const names = parent
              ? repository.git("diff-tree", "-r", "--name-only", "--no-renames", parent, sha)
              : repository.git("ls-tree", "-r", "--name-only", sha);
            return names.split("\n").some((path) => path !== "" && isOf(plain, path));
          });
        const parts = [
          ...release.drops.map((drop) => candidateOf(release, drop)),
          ...[nextDrop(release)].filter((next) => next !== null),
        ];
        const held: string[] = [];
        for (const part of parts) {
          const range = rangeOf(part);
          held.push(...(await touchingCommits(own.repository!, { ...range, paths: range.paths! })).keys());
        }
        assert.deepEqual(held.toSorted(), touching.toSorted(), `the commits of ${plain.key}`);

        for (const drop of release.drops.filter(({ previous }) => previous !== null)) {
          const plan = await planUndo(own, { tag: drop.tag, mode: "undo", shared: "roll-back" });
          if (plan.readiness.state === "conflicts") continue;
          const [before, from, to] = ["main", drop.commit, plan.previous!.commit].map(tree);
          // File by file, as each is whole: what the drop changed of its own goes back where nobody has changed it since.
          const expected = new Map(before);
          let collides = false;
          for (const path of new Set([...from!.keys(), ...to!.keys()])) {
            if (!isOf(plain, path) || from!.get(path) === to!.get(path)) continue;
            if (before!.get(path) === to!.get(path)) continue;
            if (before!.get(path) !== from!.get(path)) collides = true;
            const back = to!.get(path);
            if (back === undefined) expected.delete(path);
            else expected.set(path, back);
          }
          assert.equal(collides, false, `${drop.tag} collides, and its plan does not say so`);
          const after = plan.diff === null ? before : tree(plan.diff.after);
          assert.deepEqual(new Map([...after!].sort()), new Map([...expected].sort()), drop.tag);
        }
      }
    });
  }

  it("are read in as many processes as one", async () => {
    const { repository } = randomRepository(3);
    const { git, calls } = countingGit(repository);
    const count = async (services: number) => {
      const all = Array.from({ length: services }, (_, i) => ({
        key: `s${i}`,
        folders: [`svc/s${i}`],
        without: [],
      }));
      writeFileSync(join(repository.dir, ".dropclock/policy.yaml"), policyText(all));
      repository.git("commit", "-qam", `${services} services`);
      const found = (await openRepository(repository.dir, { environment: repository.environment }))!;
      const counted = Object.assign(Object.create(Object.getPrototypeOf(found)), found, { git });
      const project = await Project.open(repository.dir, {
        now: Date.now,
        early: { repository: Promise.resolve(counted) } as never,
      });
      calls();
      const { services: readings } = await project.readServices();
      assert.equal(readings.length, services);
      return calls().length;
    };
    const one = await count(1);
    assert.ok(one > 0);
    assert.equal(await count(20), one);
  });
});
