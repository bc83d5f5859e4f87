import { mkdir } from "node:fs/promises";
import { inOut } from "../folders/projectRoot.ts";
import { openPages, stopAllWorkbenches } from "./startWorkbench.ts";

/** For all tests of the workbench: a picture of each window when one fails, and nothing left running at the end. */
export const mochaHooks = {
  async afterEach(this: Mocha.Context): Promise<void> {
    const test = this.currentTest;
    if (test?.state !== "failed") return;
    const name = test
      .fullTitle()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .slice(0, 100);
    await mkdir(inOut("screenshots/failed"), { recursive: true });
    for (const [index, page] of openPages().entries()) {
      const path = inOut("screenshots/failed", `${name}-${index + 1}.png`);
      await page.screenshot({ path, timeout: 5_000 }).catch(() => {});
    }
  },
  async afterAll(): Promise<void> {
    await stopAllWorkbenches();
  },
};
