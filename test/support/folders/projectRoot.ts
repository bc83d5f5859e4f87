import { join, resolve } from "node:path";

/** The folder of package.json; every path that the tests use starts here. */
export const projectRoot = resolve(import.meta.dirname, "../../..");

export function inProject(...parts: string[]): string {
  return join(projectRoot, ...parts);
}

/** What is fetched or made once and kept between runs; never in git. */
export function inCache(...parts: string[]): string {
  return inProject(".vscode-test", ...parts);
}

/** What one run leaves behind: bundles, results, screenshots; never in git. */
export function inOut(...parts: string[]): string {
  return inProject("out", ...parts);
}
