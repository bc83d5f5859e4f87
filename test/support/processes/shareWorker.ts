import { Git } from "../../../src/git/git.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { RemoteLedger } from "../../../src/ledger/remoteLedger.ts";
import { stored } from "../record/storedEvents.ts";

// Appends events one by one, prints the id of each as soon as it is acknowledged, and shares it at once.
// Arguments: the folder, a name, how many.
const [dir = "", name = "", count = "0"] = process.argv.slice(2);
const ledger = new GitLedger(new Git(dir), { now: Date.now });
const remote = new RemoteLedger(new Git(dir), "origin");
for (let i = 0; i < Number(count); i++) {
  const event = stored({ subject: `incident/${i % 5}`, by: `${name} <${name}@example.com>` });
  await ledger.append([event]);
  process.stdout.write(`${event.id}\n`);
  await remote.share();
}
