import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freshFolder } from "./freshFolder.ts";

/** A repository with two drops: drop-1 on Monday 16 November 2026 at 09:00 UTC, drop-2 a week later. */
export function dropRepository() {
  const folder = freshFolder("repository");
  const git = (...args: string[]) => runGit(folder.path, args);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ana");
  git("config", "user.email", "ana@example.com");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  };
  const commit = (message: string, date: string) => {
    git("add", "-A");
    runGit(folder.path, ["commit", "-q", "-m", message], date);
  };
  const drop = (tag: string, date: string) => {
    write("src/app.txt", `${tag}\n`);
    commit(`feat: ${tag}`, date);
    git("tag", tag);
  };
  drop("drop-1", "2026-11-16T09:00:00Z");
  drop("drop-2", "2026-11-23T09:00:00Z");
  return { ...folder, git, write, commit, drop };
}

function runGit(cwd: string, args: string[], date?: string): string {
  const dates = date ? { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } : {};
  const env = { ...process.env, ...dates, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  return execFileSync("git", args, { cwd, env, encoding: "utf8" });
}
