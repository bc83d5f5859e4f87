import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { openRepository, type Repository } from "../../../src/git/repository.ts";
import { afterTests } from "../folders/atExit.ts";

const ANA = "Ana <ana@example.com>";

/** 23 November 2026, a Monday, 09:00 UTC: where no date is given. */
export const MONDAY = Date.parse("2026-11-23T09:00:00Z");

/** An empty folder of one test's own, with real paths; removed when the tests of the file have ended. */
export function temporaryFolder(name = "dropclock-test"): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  // A git that was orphaned by a kill may still write for a moment.
  afterTests(() => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return path;
}

/** The environment of every git in tests: nobody's configuration, nobody's identity but Ana's. */
export function isolatedEnvironment(home: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^GIT_|^(GITHUB|GITLAB|CI)_|^(EDITOR|VISUAL|PAGER|EMAIL|CI|TF_BUILD|JENKINS_URL|TEAMCITY_VERSION)$/.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_CACHE_HOME: join(home, ".cache"),
    GIT_CONFIG_GLOBAL: join(home, "gitconfig"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@example.com",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@example.com",
  };
}

/** Of every git in tests, also of the one under test: no repository of theirs outlives the machine. */
export const UNFLUSHED = "[core]\n\tfsync = none\n";

/** For the git that makes repositories, not for the one under test: it tidies up after no commit. */
const IN_HASTE = {
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "gc.auto",
  GIT_CONFIG_VALUE_0: "0",
  GIT_CONFIG_KEY_1: "maintenance.auto",
  GIT_CONFIG_VALUE_1: "false",
};

interface CommitOptions {
  /** Milliseconds; left out: an hour after the last one. */
  at?: number;
  /** `Name <mail>`. */
  author?: string;
  message?: string;
}

/** A real git repository, made and changed by plain git, apart from everything that is under test. */
export class TemporaryRepository {
  readonly dir: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly #home: string;
  #last = MONDAY - 3_600_000;

  private constructor(dir: string, home: string) {
    this.dir = dir;
    this.#home = home;
    this.environment = isolatedEnvironment(home);
  }

  /** @param name Of the folder; may hold anything that a path may hold. */
  static make({ name = "repository", init = [] as string[] } = {}): TemporaryRepository {
    const home = temporaryFolder();
    const repository = new TemporaryRepository(join(home, name), home);
    mkdirSync(repository.dir, { recursive: true });
    writeFileSync(join(home, "gitconfig"), `[protocol "file"]\n\tallow = always\n${UNFLUSHED}`);
    repository.git("init", "-q", "--template=", "--initial-branch=main", ...init, ".");
    return repository;
  }

  git(...args: string[]): string {
    const result = this.tryGit(args);
    if (result.status === 0) return result.stdout.replace(/\n$/, "");
    throw new Error(`git ${args.join(" ")}: ${result.stderr || result.error}`);
  }

  tryGit(
    args: string[],
    { input, at }: { input?: string | Buffer; at?: number } = {},
  ): SpawnSyncReturns<string> {
    const date = `${Math.floor((at ?? MONDAY) / 1000)} +0000`;
    const env = { ...this.environment, ...IN_HASTE, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return spawnSync("git", args, { cwd: this.dir, env, input, encoding: "utf8", maxBuffer: 1 << 28 });
  }

  /** Git as the product starts it, in this repository's isolated environment. */
  product(dir = this.dir): Git {
    return new Git(dir, { environment: this.environment });
  }

  async open(dir = this.dir): Promise<Repository> {
    const repository = await openRepository(dir, { environment: this.environment });
    if (!repository) throw new Error(`no repository in ${dir}`);
    return repository;
  }

  write(path: string, text: string | Buffer): void {
    const target = join(this.dir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** Writes the files (null removes one), commits everything and gives the commit's name. */
  commit(files: Record<string, string | Buffer | null>, options: CommitOptions = {}): string {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(this.dir, path));
      else this.write(path, text);
    }
    this.#last = options.at ?? this.#last + 3_600_000;
    this.#must(["add", "-A"]);
    const message = options.message ?? Object.keys(files).join(", ");
    const author = options.author ?? ANA;
    this.#must(
      ["commit", "-q", "--allow-empty", `--author=${author}`, "-m", message || "nothing"],
      this.#last,
    );
    return this.#head() ?? this.git("rev-parse", "HEAD");
  }

  /** @param on Left out: HEAD. */
  tag(name: string, { annotated = false, at = this.#last, on = "HEAD" } = {}): void {
    this.#must(annotated ? ["tag", "-a", "-m", name, "--", name, on] : ["tag", "--", name, on], at);
  }

  /** Puts a ref where git's own commands would not, for hostile names. */
  ref(name: string, on = "HEAD"): void {
    this.git("update-ref", name, this.git("rev-parse", on));
  }

  /** A clone beside this one. */
  clone(name: string, ...options: string[]): TemporaryRepository {
    const clone = new TemporaryRepository(join(this.#home, name), this.#home);
    this.git("clone", "-q", ...options, `file://${this.dir}`, clone.dir);
    return clone;
  }

  /** A bare clone beside this one, as a team's remote; this one gets it as `origin`, as `git clone` leaves it. */
  bareRemote(): TemporaryRepository {
    const bare = this.clone("remote.git", "--bare");
    this.git("remote", "add", "origin", bare.dir);
    this.git("fetch", "-q", "origin");
    if (bare.tryGit(["rev-parse", "--verify", "-q", "refs/heads/main"]).status === 0)
      this.git("remote", "set-head", "origin", "main");
    return bare;
  }

  /** A linked work tree beside this one, on a branch or detached. */
  worktree(name: string, branch?: string): string {
    const path = join(this.#home, name);
    this.git("worktree", "add", "-q", ...(branch ? [path, branch] : ["--detach", path]));
    return path;
  }

  /** Hooks, and a file system monitor, that leave a file behind when they run. */
  plantTraps(...hooks: string[]): { marker: string } {
    const marker = join(this.#home, "marker");
    const trap = (path: string) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\necho "$0" >> '${marker}'\n`);
      chmodSync(path, 0o755);
    };
    const common = join(this.dir, this.git("rev-parse", "--git-common-dir"));
    for (const hook of hooks) {
      trap(join(common, "hooks", hook));
      // As git 2.54 and newer know them.
      this.git("config", `hook.trap-${hook}.event`, hook);
      this.git("config", `hook.trap-${hook}.command`, join(common, "hooks", hook));
    }
    trap(join(this.#home, "monitor"));
    this.git("config", "core.fsmonitor", join(this.#home, "monitor"));
    return { marker };
  }

  /** What HEAD names, without a process; null where it does not lie in a file as git leaves it after a commit. */
  #head(): string | null {
    try {
      const read = (name: string) => readFileSync(join(this.dir, ".git", name), "utf8").trim();
      const head = read("HEAD");
      const commit = head.startsWith("ref: ") ? read(head.slice("ref: ".length)) : head;
      return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
    } catch {
      return null;
    }
  }

  #must(args: string[], at?: number): void {
    const result = this.tryGit(args, at === undefined ? {} : { at });
    if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr || result.error}`);
  }
}
