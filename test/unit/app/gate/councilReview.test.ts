import assert from "node:assert/strict";
import { judgedBase } from "../../../../src/app/gate/councilReview.ts";
import { readGoverned } from "../../../../src/app/gate/governed.ts";
import { READ_REFS } from "../../../../src/app/project/earlyAnswers.ts";
import { Project } from "../../../../src/app/project/project.ts";
import { readCloneSettings } from "../../../../src/git/cloneSettings.ts";
import { listRefs } from "../../../../src/git/refs.ts";
import { openRepository } from "../../../../src/git/repository.ts";
import { encodeEvent } from "../../../../src/ledger/codec.ts";
import { eventPath } from "../../../../src/ledger/eventPath.ts";
import { countingGit } from "../../../support/git/gitCalls.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";
import { COUNCIL_POLICY } from "../../../support/people/councilTeam.ts";
import { plantEntries } from "../../../support/record/ledgerHand.ts";
import { stored } from "../../../support/record/storedEvents.ts";

const POLICY = ".dropclock/policy.yaml";
const START = Date.parse("2026-11-01T00:00:00Z") / 1000;

/**
 * A history in which every third drop is risky, and shipped without an approval where `refused` names it.
 * @param count Of the drops after the council came.
 */
function chain(count: number, refused: ReadonlySet<number> = new Set()): TemporaryRepository {
  const repository = TemporaryRepository.make();
  repository.commit({ [POLICY]: COUNCIL_POLICY, "src/app.ts": "0\n" }, { author: "Di <di@example.com>" });
  repository.tag("drop-0");
  let stream = "";
  for (let i = 1; i <= count; i++) {
    const who = `Di <di@example.com> ${START + i * 3600} +0000`;
    const from = i === 1 ? `from ${repository.git("rev-parse", "HEAD")}\n` : "";
    const risky = i % 3 === 0 ? `M 644 inline migrations/${i}.sql\ndata 2\n${i % 10}\n\n` : "";
    const policy = `${COUNCIL_POLICY}# ${i}\n`;
    const edit = i % 4 === 0 ? `M 644 inline ${POLICY}\ndata ${policy.length}\n${policy}\n` : "";
    stream += `commit refs/heads/main\nmark :${i}\nauthor ${who}\ncommitter ${who}\ndata 6\nfix: x\n${from}M 644 inline src/app.ts\ndata 4\n${1000 + i}\n${risky}${edit}tag drop-${i}\nfrom :${i}\ntagger ${who}\ndata 1\nx\n`;
  }
  const imported = repository.tryGit(["fast-import", "--quiet", "--force"], { input: stream });
  assert.equal(imported.status, 0, imported.stderr);
  for (const by of ["Ana <ana@example.com>", "Bo <bo@example.com>"]) {
    const entries: Record<string, string | Buffer> = {};
    for (let i = 3; i <= count; i += 3) {
      if (refused.has(i)) continue;
      const at = new Date((START + i * 3600 + 60) * 1000).toISOString();
      const event = stored({
        ...{ at, recorded: at, by, type: "approved" },
        subject: `commit/${repository.git("rev-parse", `drop-${i}^{commit}`)}`,
        data: { level: "high", reasons: ["schema change"] },
      });
      entries[eventPath(event)] = encodeEvent(event);
    }
    plantEntries(repository, entries, by);
  }
  return repository;
}

/** The base of what comes after the newest drop, and the processes that it took to find it. */
async function baseOf(repository: TemporaryRepository) {
  const { binary, calls } = countingGit(repository);
  const opened = (await openRepository(repository.dir, { binary, environment: repository.environment }))!;
  const early = {
    repository: Promise.resolve(opened),
    refs: listRefs(opened.git, READ_REFS),
    settings: readCloneSettings(opened.git),
  };
  const project = await Project.open(repository.dir, { now: Date.now, early });
  const governed = await readGoverned(project);
  calls();
  const { base, asked } = await judgedBase(project, governed, { previous: governed.release.current });
  return { base: base?.tag, asked: asked.length, calls: calls().sort() };
}

describe("the base of a drop, from which it is judged", function () {
  this.timeout(300_000);

  it("is found in a few processes, however long the chain of drops since the council", async () => {
    const short = await baseOf(chain(8));
    const long = await baseOf(chain(40));
    assert.deepEqual([short.base, short.asked], ["drop-8", 8]);
    assert.deepEqual([long.base, long.asked], ["drop-40", 40]);
    assert.deepEqual(long.calls, short.calls);
    assert.ok(long.calls.length <= 6, long.calls.join());
  });

  it("passes over those that were refused, and all that builds on them", async () => {
    const { base, calls } = await baseOf(chain(20, new Set([15, 18])));
    assert.equal(base, "drop-14");
    assert.ok(calls.length <= 6, calls.join());
    // Whoever approves drop-18 approves what drop-15 has brought.
    assert.equal((await baseOf(chain(20, new Set([15])))).base, "drop-20");
  });
});
