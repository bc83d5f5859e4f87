import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import type { TestCounts } from "../support/countingReporter.ts";
import { bundleHostTests } from "../support/editor/bundleHostTests.ts";
import { hostRun } from "../support/editor/hostRun.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { inOut, projectRoot } from "../support/folders/projectRoot.ts";
import { hostileFolder } from "../support/hostile/hostileFolder.ts";
import { BREACHED, listening } from "./lab.ts";

// npm run attack:host: what a folder of an attacker's can do in the editor, once trusted and in Restricted Mode. Every
// test is one way in; it fails where that is open.
const tests = await bundleHostTests("test/attack/editor", "attack-host");
const results = process.env.DROPCLOCK_TEST_RESULTS ?? inOut("results/attack-host.json");
const sum: TestCounts = { passed: 0, failed: 0, pending: 0 };
let exit = 0;
for (const trust of ["all", "ask"] as const) {
  console.log(`\nThe folder of an attacker, ${trust === "all" ? "trusted" : "in Restricted Mode"}`);
  const dir = `${freshFolder("attack-host").path}/checkout`;
  const server = await listening((request, response) => {
    appendFileSync(`${dir}.asked`, `${request.url}\n`);
    BREACHED(request, response);
  });
  // The team's own server has been taken over, or is set up badly: it sends everybody on to the attacker's.
  const team = await listening(({ headers }, response) => {
    appendFileSync(`${dir}.team`, `${headers.authorization}\n`);
    response.writeHead(307, { location: `${server.url}/redirected` }).end();
  });
  const { path } = await hostileFolder(dir, server.url, team.url);
  const own = inOut(`results/attack-host-${trust}.json`);
  const consoleLog = inOut(`results/attack-host-${trust}.log`);
  const env = { PATH: `${path}${delimiter}${process.env.PATH}` };
  const code = await hostRun({
    extension: projectRoot,
    tests,
    folder: dir,
    results: own,
    consoleLog,
    trust,
    env,
  });
  exit ||= code;
  const counts = JSON.parse(readFileSync(own, "utf8")) as TestCounts;
  for (const key of ["passed", "failed", "pending"] as const) sum[key] += counts[key];
  server.stop();
  team.stop();
}
mkdirSync(dirname(results), { recursive: true });
writeFileSync(results, JSON.stringify(sum));
process.exit(exit);
