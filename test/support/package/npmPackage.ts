import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { inProject } from "../folders/projectRoot.ts";
import { isolatedEnvironment, temporaryFolder } from "../git/temporaryRepository.ts";
import { runNpm, withoutNpm } from "../install/npm.ts";
import { type RunResult, runProcess } from "../processes/runProcess.ts";

/** The npm package as `npm pack` makes it of a clone, and a machine of its own to install it on, without a network. */
export class NpmPackage {
  readonly tarball: string;
  /** What npm says of it: sizes in bytes, and the paths of its files. */
  readonly report: { size: number; unpackedSize: number; files: { path: string; mode: number }[] };
  readonly #home = temporaryFolder("dropclock-npm");

  private constructor(tarball: string, report: NpmPackage["report"]) {
    this.tarball = tarball;
    this.report = report;
  }

  static async pack(): Promise<NpmPackage> {
    const clone = temporaryFolder("dropclock-clone");
    const list = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: inProject() });
    for (const path of list
      .toString()
      .split("\0")
      .filter((each) => each !== "" && existsSync(inProject(each)))) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      cpSync(inProject(path), join(clone, path));
    }
    symlinkSync(inProject("node_modules"), join(clone, "node_modules"), "junction");
    const { code, stdout, stderr } = await runNpm(["pack", "--json"], {
      cwd: clone,
      env: withoutNpm(process.env),
    });
    if (code !== 0) throw new Error(`npm pack failed: ${stderr}`);
    const answer = JSON.parse(stdout);
    const report = Array.isArray(answer) ? answer[0] : Object.values(answer)[0];
    return new NpmPackage(join(clone, report.filename), report);
  }

  /** Runs npm where there is neither a network nor a cache, and nobody's settings. */
  async npm(folder: string, ...args: string[]): Promise<RunResult> {
    const flags = ["--offline", "--no-audit", "--no-fund", "--no-update-notifier"];
    return runNpm([...args.slice(0, 1), ...flags, ...args.slice(1)], {
      cwd: folder,
      env: this.environment(),
    });
  }

  /** Runs a program in a folder; `bin` is looked in first. */
  run(folder: string, bin: string, args: string[], node = process.execPath): Promise<RunResult> {
    const path = [dirname(node), process.env.PATH].join(delimiter);
    return runProcess(bin, args, { cwd: folder, env: { ...this.environment(), PATH: path } });
  }

  environment(): NodeJS.ProcessEnv {
    const {
      NODE_COMPILE_CACHE: _,
      NO_COLOR: __,
      FORCE_COLOR: ___,
      ...inherited
    } = isolatedEnvironment(this.#home);
    return {
      ...withoutNpm(inherited),
      TZ: "UTC",
      npm_config_cache: join(this.#home, "cache"),
      npm_config_userconfig: join(this.#home, "npmrc"),
      npm_config_registry: "http://127.0.0.1:9/",
    };
  }
}
