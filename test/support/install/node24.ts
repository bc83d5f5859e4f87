import { existsSync } from "node:fs";
import { inProject } from "../folders/projectRoot.ts";

const OLDEST = 24;

/**
 * A Node that the VS Code server runs on: this very one if it is new enough, else the one among our packages. An older
 * server needs the Node that it was made for (1.105: Node 22), which DROPCLOCK_TEST_VSCODE_NODE names.
 */
export function findNode24(): string {
  if (process.env.DROPCLOCK_TEST_VSCODE_NODE) return process.env.DROPCLOCK_TEST_VSCODE_NODE;
  if (Number(process.versions.node.split(".")[0]) >= OLDEST) return process.execPath;
  const packaged = inProject("node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(packaged)) return packaged;
  throw new Error(
    `Node ${OLDEST} is needed: run "npm ci" with install scripts allowed, or use Node ${OLDEST} itself.`,
  );
}
