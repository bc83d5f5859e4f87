import { Git } from "../../../src/git/git.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { stored } from "../record/storedEvents.ts";

// Appends events one by one and prints the id of each as soon as it is acknowledged.
// Arguments: the folder, a name, how many.
const [dir = "", name = "", count = "0"] = process.argv.slice(2);
const ledger = new GitLedger(new Git(dir), { now: Date.now });
for (let i = 0; i < Number(count); i++) {
  const event = stored({ subject: `incident/${i % 5}`, by: `${name} <${name}@example.com>` });
  await ledger.append([event]);
  process.stdout.write(`${event.id}\n`);
}
