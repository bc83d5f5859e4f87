import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { reason } from "../../domain/gate/gate.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { nameMatcher } from "../../domain/text/tagNames.ts";
import type { Repository } from "../../git/repository.ts";
import { hooksFolder } from "../../git/worktrees.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import { refuseLinks } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { candidateAt, type Governed, readGoverned } from "./governed.ts";
import { type GateReading, readGate } from "./readGate.ts";

const MARK = "# Dropclock: asks the gate before a drop is pushed. Remove with: dropclock gate --remove-hook";

interface HookOutcome {
  path: string;
  /** False: it was so already. */
  changed: boolean;
}

/** How a hook starts this very command line: its program, and its first argument. */
export interface HookStart {
  program: string;
  script: string;
  /** A file with both, a line each, that is kept up to date by the editor's extension; null where there is none. */
  latest: string | null;
}

/**
 * Installs the pre-push hook.
 * @throws {HumanError} where somebody's own hook is there, with the line to add to it.
 */
export async function installHook(repository: Repository, start: HookStart): Promise<HookOutcome> {
  const path = await hookPath(repository);
  const text = hookText(start);
  const present = await textOf(path);
  if (present === text) return { path, changed: false };
  if (present !== null && !isOurs(present))
    throw new HumanError("refused", othersHook(path, "left as it is"));
  try {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text, { flag: present === null ? "wx" : "w" });
    await chmod(path, 0o755);
  } catch (error) {
    throw unfit(path, error, "written");
  }
  return { path, changed: true };
}

/**
 * Removes the hook that `installHook` has made, and no other one.
 * @throws {HumanError} where it is somebody's own, or was changed.
 */
export async function removeHook(repository: Repository): Promise<HookOutcome> {
  const path = await hookPath(repository);
  const present = await textOf(path);
  if (present === null) return { path, changed: false };
  if (!isOurs(present)) throw new HumanError("refused", othersHook(path, "not removed"));
  await rm(path).catch((error) => {
    throw unfit(path, error, "removed");
  });
  return { path, changed: true };
}

export interface HookState {
  path: string;
  /** `ours`: the gate is asked. `others`: somebody's own hook is there. `shared`: one folder serves all repositories. */
  state: "ours" | "others" | "shared" | "none";
}

/** Whether the gate is asked before a drop is pushed. */
export async function readHook(repository: Repository): Promise<HookState> {
  const { path: folder, shared } = await hooksFolder(repository);
  const path = join(folder, "pre-push");
  const text = await textOf(path);
  if (text === null) return { path, state: shared ? "shared" : "none" };
  return { path, state: isOurs(text) ? "ours" : "others" };
}

async function hookPath(repository: Repository): Promise<string> {
  const { path, shared } = await hooksFolder(repository);
  if (!shared) {
    refuseCommittedLinks(repository, path);
    return join(path, "pre-push");
  }
  throw new HumanError(
    "refused",
    `core.hooksPath is set for all repositories (${plainText(path)}), so a hook there would run in every one; add this line to its pre-push: ${LINE}`,
  );
}

/** A folder of hooks in the work tree is what a branch makes of it; one in git's own folder is the person's. */
function refuseCommittedLinks({ root, commonDir }: Repository, folder: string): void {
  if (root === null || !relativeWay(commonDir, folder).startsWith("..")) return;
  const way = relativeWay(root, folder);
  if (!way.startsWith("..") && !isAbsolute(way)) refuseLinks(root, `${way}/pre-push`);
}

const relativeWay = (from: string, to: string) => relative(from, to).split(sep).join("/");

const LINE = "dropclock gate --pre-push || exit 1";

const othersHook = (path: string, what: string) =>
  `${plainText(path)} is not the gate's own hook, so it was ${what}; to ask the gate in it, add this line before anything reads stdin: ${LINE}`;

/** Whole, and not only begun by us: what somebody has added is theirs. */
const isOurs = (text: string) => PATTERN.test(text);

/**
 * An update of the editor's extension, or of Node, moves both: so what the extension says of itself comes first, and
 * another Node or a command line on the PATH will do. Where none is left, tags stay here: a command that is gone must
 * not open the gate without a word. A push without a tag ships nothing, so it waits for nobody.
 */
function hookText({ program, script, latest }: HookStart): string {
  return `#!/bin/sh
${MARK}
program=${quoted(program)}
script=${quoted(script)}
latest=${quoted(latest ?? "")}
refs=$(cat)
case $refs in
  *" refs/tags/"*) ;;
  *) exit 0 ;;
esac
ask() {
  [ -x "$1" ] && [ -f "$2" ] || return 0
  printf '%s\\n' "$refs" | ELECTRON_RUN_AS_NODE=1 "$1" "$2" gate --pre-push
  exit $?
}
if [ -f "$latest" ]; then
  { IFS= read -r its_program && IFS= read -r its_script; } <"$latest"
  ask "$its_program" "$its_script"
fi
ask "$program" "$script"
ask "$(command -v node)" "$script"
if command -v dropclock >/dev/null 2>&1; then
  printf '%s\\n' "$refs" | dropclock gate --pre-push
  exit $?
fi
echo "dropclock: The gate cannot be asked, for Dropclock is not where it was, so no tag is pushed; open VS Code once, or install the hook anew: dropclock gate --install-hook (git push --no-verify skips the gate, and rm $0 removes it)" >&2
exit 1
`;
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

// Whatever it starts: an update moves that.
const PARTS = hookText({ program: "@", script: "@", latest: "@" }).split("'@'");
const WORD = "'(?:[^']|'\\\\'')*'";
const PATTERN = new RegExp(
  `^${PARTS.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(WORD)}$`,
);

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unfit(path, error, "read");
  }
}

/** Why a hook cannot be there, or not be seen, with the way out. */
function unfit(path: string, error: unknown, done: "read" | "written" | "removed"): HumanError {
  const { code } = error as NodeJS.ErrnoException;
  const name = plainText(path);
  if (code === "ENOTDIR")
    return new HumanError(
      "refused",
      `${name} cannot be a file, so git runs no hooks here; give it a folder for them: git config --unset core.hooksPath`,
    );
  // Nothing is behind its name, and yet it is taken: a link to what is gone.
  if (code === "EEXIST")
    return new HumanError("refused", `${name} is a link to nothing, and somebody's own; remove it first.`);
  return new HumanError("service", `${name} cannot be ${done} (${code}); see whose it is: ls -ld ${name}`);
}

/** Judges every drop that a push would ship; none where it ships none. @param input As git gives it to the hook. */
export async function readPush(
  project: Project,
  input: string,
  sources: SourceOpener,
): Promise<GateReading[]> {
  if (!/ refs\/tags\//.test(input)) return [];
  const readings: GateReading[] = [];
  for (const { project: own } of await shippers(project)) {
    const governed = await readGoverned(own);
    const drops = pushedDrops(input, governed.release.policy.policy.drops.tags);
    readings.push(...(await judgePushed(own, governed, drops, sources)));
  }
  return readings;
}

/** Of several services, each by its own gate: their tags tell which of them a push would ship. */
async function shippers(project: Project): Promise<{ project: Project }[]> {
  const services = await project.services();
  return services.length === 0 ? [{ project }] : services.map((each) => ({ project: project.of(each) }));
}

async function judgePushed(
  project: Project,
  governed: Governed,
  drops: readonly PushedDrop[],
  sources: SourceOpener,
): Promise<GateReading[]> {
  const readings: GateReading[] = [];
  for (const { tag, object, before } of drops) {
    const candidate = await candidateAt(governed, tag, object);
    const reading = await readGate(project, governed, candidate, { ship: true, sources });
    if (before !== null && before !== object) {
      const text = `The remote has ${reading.name} already, and this would move it; ship under a new name.`;
      reading.gate.reasons.unshift(reason("moved-tag", text));
      reading.gate.open = false;
    }
    readings.push(reading);
  }
  return readings;
}

/** A tag that is about to be pushed as a drop. */
interface PushedDrop {
  tag: string;
  /** What the tag names, as git says: a tag object or a commit. */
  object: string;
  /** What the remote has under this name already; null for nothing. */
  before: string | null;
}

const NOTHING = /^0+$/;

/**
 * The drops among what git tells a pre-push hook: `<local ref> <object> <remote ref> <object of the remote>` a line.
 * The name at the remote counts, whatever it is called here. Taking a tag away ships nothing.
 */
function pushedDrops(input: string, patterns: readonly string[]): PushedDrop[] {
  const isDrop = nameMatcher(patterns);
  return input.split("\n").flatMap((line) => {
    const [, object = "", ref = "", before = ""] = line.split(" ");
    const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
    if (tag === undefined || !/^[0-9a-f]+$/.test(object) || NOTHING.test(object)) return [];
    if (!isDrop(tag)) return [];
    return [{ tag, object, before: before === "" || NOTHING.test(before) ? null : before }];
  });
}
