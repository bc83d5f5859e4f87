import { existsSync } from "node:fs";
import { win32 } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

/** The result of a git process. */
export interface GitResult<Output = string> {
  /** The exit status; null when it was ended by a signal. */
  code: number | null;
  stdout: Output;
  stderr: string;
}

/** How a process failed. */
interface GitEnding {
  dir: string;
  args: readonly string[];
  code: number | null;
  stderr: string;
  /** Why there was no process, as the system names it (`ENOENT`). */
  spawnError?: string | undefined;
  /** The time limit that it ran into. */
  timedOutAfterMs?: number | undefined;
}

/** A git process that failed, as one sentence for a person; git's own output is kept for callers that judge it. */
export class GitFailure extends HumanError {
  readonly code: number | null;
  readonly stderr: string;
  /** The time limit that it ran into. */
  readonly timedOutAfterMs: number | null;

  constructor(ending: GitEnding, options?: ErrorOptions) {
    super("service", explain(ending), options);
    this.code = ending.code;
    this.stderr = ending.stderr;
    this.timedOutAfterMs = ending.timedOutAfterMs ?? null;
  }
}

/** For what needs a folder in the system's temporary one, and cannot make it. */
export function unusableTemporaryFolder(folder: string, error: unknown): HumanError {
  const { code } = error as NodeJS.ErrnoException;
  return new HumanError(
    "service",
    `The temporary folder ${plainText(folder)} cannot be used (${code ?? String(error)}); set TMPDIR to one that can.`,
  );
}

function explain({ dir, args, stderr, spawnError, timedOutAfterMs, code }: GitEnding): string {
  const command = `git ${subcommand(args)}`.trim();
  if (spawnError) return cannotStart(dir, spawnError);
  if (timedOutAfterMs !== undefined) {
    return `${command} gave no answer for ${timedOutAfterMs / 1000} s in ${plainText(dir)}, so it was stopped; try again, or run it in a terminal to see what it waits for.`;
  }
  const said = usefulLine(stderr) || (code === null ? "it was ended by a signal" : `exit status ${code}`);
  for (const [pattern, sentence] of KNOWN) {
    const match = pattern.exec(stderr);
    if (match) return sentence({ dir: plainText(dir), said, match });
  }
  return `${command} failed in ${plainText(dir)}: ${said}; run it there in a terminal to see more.`;
}

// Settings and other global options of git come before the command.
function subcommand(args: readonly string[]): string {
  return args.find((arg, i) => !arg.startsWith("-") && args[i - 1] !== "-c") ?? "";
}

function cannotStart(dir: string, spawnError: string): string {
  if (!existsSync(dir)) return `The folder ${plainText(dir)} is not there; name one that is.`;
  if (spawnError === "ENOENT") {
    const script = process.platform === "win32" ? gitScriptOn(process.env.PATH ?? "") : null;
    if (script !== null)
      return `git is here only as a script (${plainText(script)}), which starts nothing but in a shell; put the folder of git.exe on the PATH, before it.`;
    return "git was not found; install it (https://git-scm.com/downloads, or your system's package manager) and see that `git --version` works in a terminal.";
  }
  if (spawnError === "EMFILE") {
    return "git cannot be started, for too many files are open (EMFILE); raise the limit (ulimit -n), or close other programs, and try again.";
  }
  return `git cannot be started in ${plainText(dir)} (${spawnError}); see that the folder and git itself may be read.`;
}

/** A script of the name that stands on a PATH of Windows in place of the program; null: none. */
export function gitScriptOn(path: string, exists: (file: string) => boolean = existsSync): string | null {
  const files = path
    .split(";")
    .filter((folder) => folder !== "")
    .flatMap((folder) => ["git.cmd", "git.bat"].map((name) => win32.join(folder, name)));
  return files.find(exists) ?? null;
}

interface Said {
  dir: string;
  /** Git's own first useful line. */
  said: string;
  match: RegExpExecArray;
}

const KNOWN: readonly [RegExp, (said: Said) => string][] = [
  [
    /dubious ownership in repository at '(.*)'|unsafe repository \('(.*)' is owned/,
    ({ dir, match }) => {
      const place = plainText(match[1] ?? match[2] ?? dir);
      return `git does not trust ${place}, for another user owns it; if you do, run: git config --global --add safe.directory '${place}'`;
    },
  ],
  [
    /safe\.bareRepository/,
    ({ dir }) =>
      `git refuses the bare repository in ${dir} (safe.bareRepository is explicit); open a clone with a work tree.`,
  ],
  [
    /not a git repository: (.+)|invalid gitfile format|no path in gitfile|error reading .*\.git/,
    ({ dir, said }) =>
      `The .git of ${dir} is broken (${said}); clone again, or repair it with: git worktree repair.`,
  ],
  [/not a git repository/, ({ dir }) => `${dir} is not a git repository; run: git init.`],
  [
    /Unable to create '(.*\.lock)': File exists/s,
    ({ match }) =>
      `Another git process holds ${plainText(match[1]!)}; wait for it, or remove that file if no git is running.`,
  ],
  [
    /No space left on device|Out of diskspace|Disk quota exceeded/,
    ({ said }) => `The disk is full (${said}); free some space and try again.`,
  ],
  [
    /Permission denied|Read-only file system|Operation not permitted|insufficient permission/,
    ({ dir, said }) =>
      `git may not read or write in ${dir} (${said}); see that its .git is yours and writable.`,
  ],
  [
    /is corrupt|bad object|missing blob|missing tree|unable to read|inflate:|hash mismatch|Could not read [0-9a-f]{40}/i,
    ({ dir, said }) =>
      `The repository in ${dir} is damaged or not complete (${said}); run git fsck there, then git fetch or clone again.`,
  ],
];

/** The most useful line: git's first error, without its label. */
export function usefulLine(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const own = lines.find((line) => /^(?:fatal|error):/.test(line));
  const other = lines.find((line) => !/^(?:warning|hint):/.test(line));
  return plainText(
    (own ?? other ?? lines.at(-1) ?? "").replace(/^(?:fatal|error|warning): /, ""),
    200,
  ).replace(/\.$/, "");
}
