import { randomUUID } from "node:crypto";
import { lstatSync, realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { Git, type GitOptions } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { shallowBoundary } from "./shallow.ts";

type ObjectFormat = "sha1" | "sha256";

interface Places {
  root: string | null;
  gitDir: string;
  commonDir: string;
  shallow: boolean;
  objectFormat: ObjectFormat;
}

/** A git repository as one folder sees it. */
export class Repository {
  /** The top of the work tree, spelled as the folder was; null in a bare repository. */
  readonly root: string | null;
  /** This work tree's own git directory, absolute. */
  readonly gitDir: string;
  /** What all linked work trees share: objects, refs, configuration. Absolute. */
  readonly commonDir: string;
  /** Whether the history was cut when the repository was opened. */
  readonly shallow: boolean;
  readonly objectFormat: ObjectFormat;
  /** Git at the root, or in the git directory of a bare repository. */
  readonly git: Git;

  constructor(git: Git, places: Places) {
    this.root = places.root;
    this.gitDir = places.gitDir;
    this.commonDir = places.commonDir;
    this.shallow = places.shallow;
    this.objectFormat = places.objectFormat;
    this.git = git.at(places.root ?? places.gitDir);
  }

  /**
   * Who works here, `Name <mail>`, by git's own rules: the environment, then the configuration.
   * @throws {HumanError} when git knows no name or no mail.
   */
  async identity(): Promise<string> {
    const { code, stdout, stderr } = await this.git.ask(["var", "GIT_AUTHOR_IDENT"]);
    // Git takes a tab in a name for a letter; on record it would be none.
    const identity = /^(.+ <.*>) \d+ [+-]\d+$/.exec(plainText(stdout, 1000))?.[1];
    if (code === 0 && identity) return identity;
    throw new HumanError(
      "service",
      `git does not know who you are (${usefulLine(stderr)}); run: git config --global user.name "Your Name" and: git config --global user.email you@example.com`,
    );
  }

  /** The commits at which a shallow history was cut: their parents are not here. Empty in a whole clone. */
  shallowBoundary(): Promise<Set<string>> {
    return shallowBoundary(this.commonDir);
  }
}

/** The oldest git that every test passes with. An older one would fail halfway with its own message. */
const OLDEST_GIT = { major: 2, minor: 39 };

/** Why this git cannot be used, as a sentence; null if it can, or if its version cannot be read. */
async function tooOld(git: Git): Promise<string | null> {
  const { stdout } = await git.ask(["version"]);
  const found = /(\d+)\.(\d+)[\d.]*/.exec(stdout);
  if (!found) return null;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const oldest = OLDEST_GIT;
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return null;
  return `git ${found[0]} is too old; install git ${oldest.major}.${oldest.minor} or newer (https://git-scm.com/downloads).`;
}

/**
 * The repository that a folder lies in; null where there is none. Two processes at once.
 * @throws {HumanError} when git cannot be run, is too old, does not trust the folder, or the repository is broken.
 */
export async function openRepository(dir: string, options: GitOptions = {}): Promise<Repository | null> {
  const asked = resolve(dir);
  // Git answers with real paths, some of them relative to where it was started.
  const real = realPathOf(asked);
  const git = new Git(real, options);
  // Paths may contain line breaks. Git prints an unknown flag as it is, which makes a separator that
  // no path can contain.
  const mark = `--${randomUUID()}`;
  const flags = ["--is-shallow-repository", "--show-object-format", "--absolute-git-dir"];
  const args = ["rev-parse", ...flags, mark, "--git-common-dir", mark, "--show-toplevel"];
  const [result, refusal] = await Promise.all([git.ask(args), tooOld(git)]);
  if (refusal !== null) throw new HumanError("service", refusal);
  if (result.code !== 0 && /not a git repository \(/.test(result.stderr)) {
    const damaged = damagedAbove(real);
    if (damaged === null) return null;
    throw new HumanError(
      "service",
      `git cannot read ${plainText(damaged)} (HEAD, objects or refs are missing or broken); clone again, or restore them.`,
    );
  }
  const bare = /must be run in a work tree/.test(result.stderr);
  if (result.code !== 0 && !bare) throw git.failure(args, result);

  const [first = "", commonDir = "", top = ""] = result.stdout.split(`\n${mark}\n`);
  const [shallow, objectFormat, ...gitDir] = first.split("\n");
  return new Repository(git, {
    root: bare ? null : await spelledRoot(asked, real, resolve(top.replace(/\n$/, ""))),
    gitDir: resolve(gitDir.join("\n")),
    commonDir: resolve(real, commonDir),
    shallow: shallow === "true",
    objectFormat: objectFormat as ObjectFormat,
  });
}

// At once, so that git is started before whatever else is waiting.
function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    throw new HumanError("service", `The folder ${plainText(folder)} is not there; name one that is.`);
  }
}

/**
 * A git directory that git passes over in silence, for it lacks what makes one: everything would look empty beside it.
 * As git does, it looks up to the next file system, and no further than the environment allows.
 */
function damagedAbove(start: string): string | null {
  const ceilings = (process.env.GIT_CEILING_DIRECTORIES ?? "").split(
    process.platform === "win32" ? ";" : ":",
  );
  const device = lstatSync(start).dev;
  for (let folder = start; ; folder = dirname(folder)) {
    const there = lstatSync(folder, { throwIfNoEntry: false });
    if (there?.dev !== device || (folder !== start && ceilings.includes(folder))) return null;
    const git = join(folder, ".git");
    // An empty folder of that name is none, nor is one with other things in it.
    const has = (part: string) => lstatSync(join(git, part), { throwIfNoEntry: false }) !== undefined;
    if (["HEAD", "objects", "refs", "config"].filter(has).length >= 2) return git;
    if (dirname(folder) === folder) return null;
  }
}

// A folder may have been reached by a link. People know their files by the path that they opened.
async function spelledRoot(asked: string, real: string, root: string): Promise<string> {
  const below = relative(root, real);
  if (below === "") return asked;
  if (asked === real || !asked.endsWith(sep + below)) return root;
  const spelled = asked.slice(0, -below.length - 1) || sep;
  // The link may be on the way down: what holds it is another folder, if not another repository.
  return (await realpath(spelled)) === (await realpath(root)) ? spelled : root;
}
