import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleCommand } from "./sampleCommand.ts";
import { sampleGit } from "./sampleGit.ts";

/** Makes an empty repository of Ana's. */
export async function makeEmptyRepository(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await sampleGit(dir, ["init", "--quiet", "--initial-branch=main", "."]);
  await sampleGit(dir, ["config", "user.name", "Ana Silva"]);
  await sampleGit(dir, ["config", "user.email", "ana@example.com"]);
}

/** Makes a repository with one commit and one drop. */
export async function makeSmallRepository(dir: string): Promise<void> {
  await makeEmptyRepository(dir);
  await writeFile(join(dir, "README.md"), "# Small\n");
  await sampleGit(dir, ["add", "--all"]);
  await sampleGit(dir, ["commit", "--quiet", "--message=feat: the first drop"]);
  await sampleGit(dir, ["tag", "drop-1"]);
}

/** Declares a critical incident that was detected so many minutes ago, and gives its id. */
export function declareMinutesAgo(dir: string, title: string, minutes: number): Promise<string> {
  const detected = new Date(Date.now() - minutes * 60_000).toISOString();
  const begin = ["--started", detected, "--detected", detected];
  return sampleCommand(dir, ["incident", "open", "--title", title, "--severity", "critical", ...begin]);
}
