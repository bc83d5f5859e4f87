import { downloadAndUnzipVSCode, runTests, SilentReporter } from "@vscode/test-electron";
import { bundleHostTests } from "./editor/bundleHostTests.ts";
import { freshFolder } from "./folders/freshFolder.ts";
import { projectRoot } from "./folders/projectRoot.ts";
import { isolatedEnvironment } from "./git/isolatedEnvironment.ts";
import { makeSampleRepository } from "./sample/sampleRepository.ts";

// npm run test:desktop. The tests of test:host in a desktop VS Code, which is downloaded; VSCODE_PATH names an own one.
try {
  const vscodeExecutablePath = process.env.VSCODE_PATH ?? (await downloadVscode());
  const { dir } = await makeSampleRepository(`${freshFolder("desktop").path}/checkout`, new Date());
  process.exitCode = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: await bundleHostTests(),
    extensionTestsEnv: isolatedEnvironment,
    launchArgs: [dir, "--disable-workspace-trust", "--skip-welcome", "--skip-release-notes"],
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function downloadVscode(): Promise<string> {
  try {
    return await downloadAndUnzipVSCode({
      version: "1.139.1",
      reporter: new SilentReporter(),
      timeout: 15_000,
    });
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new Error(
      `VS Code could not be downloaded (${reason}); set VSCODE_PATH, or use "npm run test:host".`,
    );
  }
}
