import { stat } from "node:fs/promises";
import { bundleHostTests } from "./editor/bundleHostTests.ts";
import { hostRun } from "./editor/hostRun.ts";
import { freshFolder } from "./folders/freshFolder.ts";
import { inOut, inProject, projectRoot } from "./folders/projectRoot.ts";
import { useRunFolder } from "./folders/runFolder.ts";
import { makeSampleRepository } from "./sample/sampleRepository.ts";

// npm run test:host. The extension is the one in dist/; the window has the sample repository open.
try {
  useRunFolder();
  await stat(inProject("dist/extension.js")).catch(() => {
    throw new Error('dist/extension.js is missing: run "npm run build" first.');
  });
  const tests = await bundleHostTests();
  const { dir } = await makeSampleRepository(`${freshFolder("host-tests").path}/checkout`, new Date());
  process.exitCode = await hostRun({
    extension: projectRoot,
    tests,
    folder: dir,
    results: process.env.DROPCLOCK_TEST_RESULTS ?? inOut("results/test-host.json"),
    consoleLog: inOut("results/host-console.log"),
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
