import { manySharing } from "../support/people/manySharing.ts";

// npm run stress [EVENTS]. The sharing of the ledger at full size: each of eight processes writes so many events.
const events = Number(process.argv[2] ?? 200);
const seed = Number(process.env.DROPCLOCK_SEED ?? Date.now() % 100_000);
console.log(`seed ${seed}, 8 processes on 4 clones, ${events} events each`);
console.log(JSON.stringify(await manySharing({ events, seed })));
console.log(
  "every acknowledged event is in every clone, at one head; fsck is clean; work trees are untouched",
);
