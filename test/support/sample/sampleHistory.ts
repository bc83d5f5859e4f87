import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fastImportStream } from "./fastImportStream.ts";
import { sampleDrops } from "./sampleCommits.ts";
import { sampleGit } from "./sampleGit.ts";
import { closedIncidentId } from "./sampleIncidents.ts";

const settings = {
  // The one who works in the sample; events are recorded in this name.
  "user.name": "Ana Silva",
  "user.email": "ana@example.com",
  // Nothing of git's own runs beside a test or after it.
  "gc.auto": "0",
  "maintenance.auto": "false",
};

/** The commits and tags in `dir`, with a bare remote `origin` beside it that has them all. */
export async function makeSampleHistory(dir: string, now: Date): Promise<{ dir: string; remote: string }> {
  const remote = `${resolve(dir)}.git`;
  await mkdir(dir, { recursive: true });
  await sampleGit(dir, ["init", "--quiet", "--initial-branch=main"]);
  for (const [key, value] of Object.entries(settings)) await sampleGit(dir, ["config", key, value]);
  await sampleGit(dir, ["fast-import", "--quiet"], fastImportStream(sampleDrops(closedIncidentId(now)), now));
  await sampleGit(dir, ["reset", "--quiet", "--hard", "main"]);
  await sampleGit(dir, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  await sampleGit(dir, ["remote", "add", "origin", remote]);
  await sampleGit(dir, ["push", "--quiet", "--set-upstream", "--follow-tags", "origin", "main"]);
  await sampleGit(dir, ["remote", "set-head", "origin", "main"]);
  return { dir, remote };
}
