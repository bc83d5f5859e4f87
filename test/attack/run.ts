import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { TestCounts } from "../support/countingReporter.ts";
import { buildCommandLine } from "../support/processes/commandLine.ts";
import { type Attack, type Outcome, tableOf, tryAttack } from "./attack.ts";
import { exposureAndRecords } from "./exposureAndRecords.ts";
import { gitsOwnWays } from "./gitsOwnWays.ts";
import { keyHolder } from "./keyHolder.ts";
import { ledgerHistory } from "./ledgerHistory.ts";
import { ledgerPusher } from "./ledgerPusher.ts";
import { ledgerText } from "./ledgerText.ts";
import { pullRequest } from "./pullRequest.ts";
import { pushAndPublish } from "./pushAndPublish.ts";
import { server } from "./server.ts";
import { tagPusher } from "./tagPusher.ts";
import { undoForger } from "./undoForger.ts";
import { workTree } from "./workTree.ts";
import { writtenFiles } from "./writtenFiles.ts";

// npm run attack [-- WORD…]: every way in that is known, tried on the bundled command line with real git and real
// remotes; words choose the rows that hold one of them. Exits 1 where one is open, or where a trial went wrong.
const ATTACKERS = [
  workTree,
  writtenFiles,
  gitsOwnWays,
  tagPusher,
  pullRequest,
  ledgerPusher,
  ledgerHistory,
  ledgerText,
  keyHolder,
  undoForger,
  pushAndPublish,
  exposureAndRecords,
  server,
];

const results = process.env.DROPCLOCK_TEST_RESULTS;
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const isChosen = (...texts: string[]) =>
  words.length === 0 || words.some((word) => texts.some((text) => text.toLowerCase().includes(word)));
const rows: { who: string; attack: Attack }[] = ATTACKERS.flatMap(({ who, attacks }) =>
  attacks.filter(({ wayIn }) => isChosen(who, wayIn)).map((attack) => ({ who, attack })),
);

const from = Date.now();
await buildCommandLine();
const outcomes: Outcome[] = new Array(rows.length);
let next = 0;
async function work(): Promise<void> {
  while (next < rows.length) {
    const i = next++;
    const { who, attack } = rows[i]!;
    outcomes[i] = await tryAttack(who, attack);
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism() + 1) }, work));

const count = (outcome: Outcome["outcome"]) => outcomes.filter((each) => each.outcome === outcome).length;
console.log(tableOf(outcomes));
console.log(
  `\n${count("held")} held, ${count("OPEN")} open, ${count("FAILED")} failed, ${count("works")} controls; ${Math.round((Date.now() - from) / 1000)} s`,
);
const failed = count("OPEN") + count("FAILED");
if (results !== undefined) {
  mkdirSync(dirname(results), { recursive: true });
  writeFileSync(
    results,
    JSON.stringify({ passed: rows.length - failed, failed, pending: 0 } satisfies TestCounts),
  );
}
// A server or an agent that a trial started must not keep the run waiting.
process.exit(rows.length > 0 && failed === 0 ? 0 : 1);
