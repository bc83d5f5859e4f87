import { spawnSync } from "node:child_process";
import { HistoryReader } from "../../src/app/project/historyReader.ts";
import { foldRelease } from "../../src/domain/drop/release.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/domain/policy/policy.ts";
import { anchorAmong } from "../../src/git/anchor.ts";
import { readCloneSettings } from "../../src/git/cloneSettings.ts";
import { BRANCHES, listRefs } from "../../src/git/refs.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { type Comparison, compare } from "./measure.ts";

const COMMITS = 80_000;
const TAGS = 2_000;
const FIRST_SECOND = 1_763_888_400;

/** Which drop comes before which, of 2,000 tags over 80,000 commits, against git's own list of the tags that a branch has. */
export async function dropsBench(): Promise<Comparison[]> {
  const bare = madeRepository();
  const indexed = madeRepository();
  indexed.git("commit-graph", "write", "--reachable");
  return [
    await compared("places of 2,000 drops in 80,000 commits", bare),
    await compared("the same where git has a commit-graph", indexed),
  ];
}

async function compared(name: string, repository: TemporaryRepository): Promise<Comparison> {
  const opened = await repository.open();
  const policy: Policy = { ...DEFAULT_POLICY, drops: { tags: ["v*"], branch: "main", adoption: 4 } };
  const subject = async () => {
    const refs = await listRefs(opened.git, BRANCHES);
    const anchor = anchorAmong(await readCloneSettings(opened.git), refs);
    if ("missing" in anchor) throw new Error(anchor.missing);
    const history = await new HistoryReader(opened).read(anchor, policy, refs);
    const inForce = { policy, source: "defaults" as const, path: "", problems: [] };
    const { drops } = foldRelease({ policy: inForce, ...history, events: [] });
    if (drops.length !== TAGS) throw new Error(`${drops.length} drops`);
  };
  const tip = repository.git("rev-parse", "main");
  const format = "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objectname)%00%(creatordate:unix)";
  const git = repository.product();
  const floor = () => git.ask(["for-each-ref", `--merged=${tip}`, format, "refs/tags"]);
  return compare(name, subject, { name: "git for-each-ref --merged", work: floor }, { goal: 2 });
}

/** A main line with a side that is merged every twenty commits; every other tag is on a side. */
function madeRepository(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  const parts: string[] = [];
  const commit = (branch: string, mark: number, more: string) =>
    parts.push(
      `commit refs/heads/${branch}\nmark :${mark}\ncommitter Ana <ana@example.com> ${FIRST_SECOND + mark} +0000\ndata 1\nc\n${more}`,
    );
  let tags = 0;
  const tag = (mark: number) => parts.push(`reset refs/tags/v${++tags}\nfrom :${mark}\n\n`);
  const every = COMMITS / TAGS;
  commit("main", 1, "");
  for (let mark = 2; mark <= COMMITS; mark++) {
    const turn = mark % 20;
    if (turn === 5) commit("side", mark, `from :${mark - 1}\n`);
    else if (turn === 6) commit("main", mark, `from :${mark - 2}\n`);
    else if (turn === 10) commit("main", mark, `from :${mark - 1}\nmerge :${mark - 5}\n`);
    else commit("main", mark, `from :${mark - 1}\n`);
    if (mark % every === 0 || mark % every === 25) if (tags < TAGS) tag(mark);
  }
  while (tags < TAGS) tag(COMMITS - TAGS + tags);
  const { status, stderr } = spawnSync("git", ["fast-import", "--quiet", "--force"], {
    cwd: repository.dir,
    env: repository.environment,
    input: parts.join(""),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return repository;
}
