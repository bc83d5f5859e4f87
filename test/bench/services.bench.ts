import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { inProject } from "../support/folders/projectRoot.ts";
import {
  isolatedEnvironment,
  TemporaryRepository,
  temporaryFolder,
} from "../support/git/temporaryRepository.ts";
import { type Comparison, compare } from "./measure.ts";

const COMMITS = 100_000;
const TAGS = 5_000;
const SERVICES = 50;
const FIRST_SECOND = 1_763_888_400;

/** `status` of 50 services with 5,000 tags over 100,000 commits, against the same repository as one service. */
export async function servicesBench(): Promise<Comparison[]> {
  const many = madeRepository(policyOf(SERVICES));
  const one = madeRepository('version: 1\ndrops: { tags: "*/v*" }\nledger: { remote: null }\n');
  const { NODE_COMPILE_CACHE: _, ...environment } = isolatedEnvironment(temporaryFolder("dropclock-bench"));
  const cli = inProject("dist/cli.js");
  const status = (repository: TemporaryRepository) => () => {
    const { status: code, stderr } = spawnSync(process.execPath, [cli, "status", "--json"], {
      cwd: repository.dir,
      env: { ...repository.environment, ...environment },
    });
    if (code !== 0) throw new Error(String(stderr));
  };
  const floor = { name: "the same as one service", work: status(one) };
  return [
    await compare(`dropclock status, ${SERVICES} services`, status(many), floor, { rounds: 7, goal: 2 }),
  ];
}

const policyOf = (services: number) =>
  [
    "version: 1",
    "ledger: { remote: null }",
    "services:",
    ...Array.from(
      { length: services },
      (_, i) => `  s${i}: { paths: ["svc/s${i}/**"], drops: { tags: "s${i}/v*" } }`,
    ),
    "",
  ].join("\n");

/** A main line with a side that is merged every twenty commits; each commit changes one service's file. */
function madeRepository(policy: string): TemporaryRepository {
  const repository = TemporaryRepository.make();
  const parts: string[] = [];
  const file = (path: string, text: string) =>
    `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  const commit = (branch: string, mark: number, more: string, changes: string) =>
    parts.push(
      `commit refs/heads/${branch}\nmark :${mark}\ncommitter Ana <ana@example.com> ${FIRST_SECOND + mark} +0000\ndata 1\nc\n${more}${changes}`,
    );
  const own = (mark: number) => file(`svc/s${mark % SERVICES}/f${mark % 7}`, `${mark}\n`);
  commit("main", 1, "", file(join(".dropclock", "policy.yaml"), policy) + own(1));
  const every = COMMITS / TAGS;
  let tags = 0;
  for (let mark = 2; mark <= COMMITS; mark++) {
    const turn = mark % 20;
    if (turn === 5) commit("side", mark, `from :${mark - 1}\n`, own(mark));
    else if (turn === 6) commit("main", mark, `from :${mark - 2}\n`, own(mark));
    else if (turn === 10) commit("main", mark, `from :${mark - 1}\nmerge :${mark - 5}\n`, own(mark));
    else commit("main", mark, `from :${mark - 1}\n`, own(mark));
    if (mark % every === 0 && tags < TAGS) {
      const n = tags++;
      parts.push(`reset refs/tags/s${n % SERVICES}/v${Math.floor(n / SERVICES) + 1}\nfrom :${mark}\n\n`);
    }
  }
  const { status, stderr } = spawnSync("git", ["fast-import", "--quiet", "--force"], {
    cwd: repository.dir,
    env: repository.environment,
    input: parts.join(""),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  repository.git("pack-refs", "--all");
  return repository;
}
