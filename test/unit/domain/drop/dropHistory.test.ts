import assert from "node:assert/strict";
import fc from "fast-check";
import type { Tag } from "../../../../src/domain/drop/drop.ts";
import { ancestryGraph, type ReleaseBranch } from "../../../../src/domain/drop/dropHistory.ts";
import { foldRelease } from "../../../../src/domain/drop/release.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import { DEFAULT_POLICY } from "../../../../src/domain/policy/policy.ts";
import { compareVersions } from "../../../../src/domain/text/tagNames.ts";
import { event } from "../../../support/record/events.ts";

/** Commits by name, each with its parents; a name comes after those of its parents. */
type History = Map<string, string[]>;

interface World {
  history: History;
  branches: ReleaseBranch[];
  tags: Tag[];
  events: LedgerEvent[];
}

const branch = (name: string, commit: string): ReleaseBranch => ({ name, ref: `refs/heads/${name}`, commit });
const tag = (name: string, commit: string, date = 0): Tag => ({ name, commit, date, assumed: false });
const shipped = (name: string, at: number, commit: string) =>
  event("shipped", at, { subject: `drop/${name}`, data: { commit } });

const releaseOf = ({ history, branches, tags, events }: World) =>
  foldRelease({
    policy: {
      policy: { ...DEFAULT_POLICY, drops: { tags: ["v*"], branch: null, adoption: 4 } },
      source: "branch",
      path: "p",
      problems: [],
    },
    branches,
    branchMissing: null,
    tags,
    graph: ancestryGraph(history),
    events,
  });

/** The contract read slowly: sets of ancestors, and nothing else. */
class Reading {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  ancestors(commit: string): Set<string> {
    const all = new Set([commit]);
    for (const each of all) for (const parent of this.#world.history.get(each) ?? []) all.add(parent);
    return all;
  }

  line(commit: string | undefined): string[] {
    const line: string[] = [];
    for (let at = commit; at !== undefined; at = this.#world.history.get(at)?.[0]) line.push(at);
    return line;
  }

  /** By commit the names of its drop, the highest first. */
  drops(): Map<string, string[]> {
    const { tags, events, branches } = this.#world;
    const held = new Set(branches.flatMap(({ commit }) => [...this.ancestors(commit)]));
    const recorded = new Map<string, string>();
    for (const { subject, data } of events.toSorted((a, b) => a.at - b.at))
      if (!recorded.has(subject.slice(5))) recorded.set(subject.slice(5), data.commit as string);
    const there = new Map(tags.map(({ name, commit }) => [name, commit]));
    const byCommit = new Map<string, string[]>();
    for (const name of new Set([...there.keys(), ...recorded.keys()])) {
      const commit = recorded.get(name) ?? there.get(name)!;
      if (held.has(commit)) byCommit.set(commit, [...(byCommit.get(commit) ?? []), name]);
    }
    for (const [commit, names] of byCommit) {
      const standing = (name: string) => Number(there.has(name)) + Number(there.get(name) === commit);
      names.sort((a, b) => standing(b) - standing(a) || compareVersions(b, a));
    }
    return byCommit;
  }

  choose(from: string, among: readonly string[], line: readonly string[]): string | null {
    const drops = this.drops();
    const nearest = among.filter(
      (each) => !among.some((other) => other !== each && this.ancestors(other).has(each)),
    );
    const onLine = nearest.find((each) => line.includes(each));
    if (onLine !== undefined) return drops.get(onLine)![0]!;
    const reached = [...this.ancestors(from)];
    const between = (each: string) => reached.filter((commit) => !this.ancestors(each).has(commit)).length;
    const [best] = nearest.sort(
      (a, b) => between(a) - between(b) || compareVersions(drops.get(b)![0]!, drops.get(a)![0]!),
    );
    return best === undefined ? null : drops.get(best)![0]!;
  }

  previous(commit: string): string | null {
    const before = [...this.drops().keys()].filter(
      (each) => each !== commit && this.ancestors(commit).has(each),
    );
    return this.choose(commit, before, this.line(this.#world.history.get(commit)?.[0]));
  }

  current(tip: string): string | null {
    const held = [...this.drops().keys()].filter((each) => this.ancestors(tip).has(each));
    return this.choose(tip, held, this.line(tip));
  }

  branchOf(commit: string): string {
    const { branches } = this.#world;
    const onLine = branches.find((each) => this.line(each.commit).includes(commit));
    return (onLine ?? branches.find((each) => this.ancestors(each.commit).has(commit))!).name;
  }
}

const worlds = fc
  .record({
    parents: fc.array(fc.array(fc.nat(5), { maxLength: 3 }), { minLength: 1, maxLength: 30 }),
    tips: fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }),
    tags: fc.array(fc.tuple(fc.nat(100), fc.nat(50)), { maxLength: 14 }),
    shipped: fc.array(fc.tuple(fc.nat(16), fc.nat(100), fc.nat(50)), { maxLength: 5 }),
  })
  .map(({ parents, tips, tags, shipped: recorded }): World => {
    const history: History = new Map();
    parents.forEach((back, i) => {
      const own = back.map((distance) => i - 1 - distance).filter((parent) => parent >= 0);
      // Most commits go on from another one.
      if (own.length === 0 && i > 0 && back.length > 0) own.push(i - 1);
      history.set(
        `c${i}`,
        [...new Set(own)].map((parent) => `c${parent}`),
      );
    });
    const commit = (n: number) => `c${n % parents.length}`;
    const names = tags.map((_, i) => (i % 4 === 3 ? `v1.${i - 1}.0-rc.1` : `v1.${i}.0`));
    return {
      history,
      branches: tips.map((n, i) => branch(`b${i}`, commit(n))),
      tags: tags.map(([n, date], i) => tag(names[i]!, commit(n), date)),
      // Of tags that are there, so that they were moved; and of some that are not any more.
      events: recorded.map(([i, n, date]) => shipped(names[i] ?? `v0.${i}.0`, date, commit(n))),
    };
  });

describe("which drop comes before which", () => {
  const linear = (n: number): History =>
    new Map(Array.from({ length: n }, (_, i) => [`c${i}`, i > 0 ? [`c${i - 1}`] : []]));
  const previous = (world: World) =>
    releaseOf(world).drops.map(({ tag, previous }) => `${previous} < ${tag}`);

  it("is never a matter of dates", () => {
    const branches = [branch("main", "c3")];
    const tags = [tag("v1", "c1", 30), tag("v2", "c2", 10), tag("v3", "c3", 20)];
    const world = { history: linear(4), branches, tags, events: [] };
    assert.deepEqual(previous(world), ["v2 < v3", "v1 < v2", "null < v1"]);
    assert.equal(releaseOf(world).current!.tag, "v3");
  });

  it("passes over a patch of an old branch that was merged back", () => {
    // v1.0 - v1.1 - merge - v1.2, and v1.0.1 on a side of v1.0.
    const history: History = new Map([
      ["a", []],
      ["b", ["a"]],
      ["fix", ["a"]],
      ["m", ["b", "fix"]],
      ["c", ["m"]],
    ]);
    const tags = [tag("v1.0", "a", 1), tag("v1.1", "b", 2), tag("v1.0.1", "fix", 3), tag("v1.2", "c", 4)];
    const world = { history, branches: [branch("main", "c")], tags, events: [] };
    const drops = new Map(releaseOf(world).drops.map(({ tag, previous }) => [tag, previous]));
    assert.equal(drops.get("v1.2"), "v1.1");
    assert.equal(drops.get("v1.0.1"), "v1.0");
  });

  it("gives each drop to its branch, and the team the current one that shipped last", () => {
    const history: History = new Map([
      ["a", []],
      ["b", ["a"]],
      ["fix", ["a"]],
    ]);
    const tags = [tag("v1.0", "a", 1), tag("v2.0", "b", 2), tag("v1.1", "fix", 3)];
    const branches = [branch("main", "b"), branch("release-1", "fix")];
    const { drops, current, lines, branch: own } = releaseOf({ history, branches, tags, events: [] });
    const owners = new Map(drops.map(({ tag, branch }) => [tag, branch]));
    assert.deepEqual(
      [owners.get("v1.0"), owners.get("v2.0"), owners.get("v1.1")],
      ["main", "main", "release-1"],
    );
    assert.deepEqual([current!.tag, own!.name], ["v1.1", "release-1"]);
    assert.deepEqual(
      lines.map(({ current }) => current!.tag),
      ["v2.0", "v1.1"],
    );
  });

  it("knows of a time gone by what had shipped by then", () => {
    const branches = [branch("main", "c3")];
    const tags = [tag("v1", "c1", 30), tag("v2", "c2", 10), tag("v3", "c3", 20)];
    const release = releaseOf({ history: linear(4), branches, tags, events: [] });
    assert.deepEqual([release.currentAt(5), release.currentAt(15)?.tag], [null, "v2"]);
  });

  it("keeps a tag that was moved off the branch in its place", () => {
    const world = {
      history: linear(4),
      branches: [branch("main", "c3")],
      tags: [tag("v1", "c1", 1), tag("v2", "c2", 2), tag("v3", "c3", 3)],
      events: [shipped("v2", 2, "gone")],
    };
    assert.deepEqual(previous(world), ["v2 < v3", "v1 < v2", "null < v1"]);
    assert.equal(releaseOf(world).drops[1]!.commit, "gone");
  });

  it("is what the contract says (law)", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const release = releaseOf(world);
        const reading = new Reading(world);
        const expected = reading.drops();
        // Of one whose recorded commit no branch has, its tag tells where it is: that is looked at above.
        const drops = release.drops.filter(({ commit }) => expected.has(commit));
        fc.pre(drops.length === release.drops.length);
        assert.deepEqual(new Set(drops.map(({ commit }) => commit)), new Set(expected.keys()));
        for (const drop of drops) {
          assert.deepEqual(drop.names, expected.get(drop.commit), `names of ${drop.tag}`);
          assert.equal(drop.previous, reading.previous(drop.commit), `before ${drop.tag}`);
          assert.equal(drop.branch, reading.branchOf(drop.commit), `branch of ${drop.tag}`);
          const holding = drops.filter(
            ({ commit }) => commit !== drop.commit && reading.ancestors(commit).has(drop.commit),
          );
          assert.deepEqual(release.laterThan(drop), holding, `later than ${drop.tag}`);
          for (const each of holding) assert.ok(drops.indexOf(each) < drops.indexOf(drop), "newest first");
        }
        const currents = world.branches.map(({ commit }) => reading.current(commit));
        assert.deepEqual(
          release.lines.map(({ current }) => current?.tag ?? null),
          currents,
        );
        const last = Math.max(...release.lines.map(({ current }) => current?.shippedAt ?? -1));
        const team = release.lines.find(({ current }) => current?.shippedAt === last)?.current ?? null;
        assert.equal(release.current, team);
      }),
      { numRuns: 3000, seed: 12 },
    );
  });
});
