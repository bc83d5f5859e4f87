import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { inProject } from "../folders/projectRoot.ts";
import { temporaryFolder } from "../git/temporaryRepository.ts";
import { type RunResult, runProcess } from "../processes/runProcess.ts";

interface Step {
  uses?: string;
  run?: string;
  id?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  "working-directory"?: string;
}

interface Job {
  if?: string;
  env?: Record<string, string>;
  steps: Step[];
}

/** What a run is for, as GitHub tells it. */
export interface GithubEvent {
  name: string;
  ref: string;
  sha: string;
  base?: string;
  token: string;
  secrets?: Record<string, string>;
}

interface JobResult {
  /** Of the last step that ran. */
  code: number;
  log: string;
  summary: string;
  outputs: Record<string, Record<string, string>>;
  workspace: string;
}

interface RunnerOptions {
  /** The address of the forge, and of the repository below it. */
  server: string;
  repository: string;
  /** The environment that every step begins with. */
  environment: NodeJS.ProcessEnv;
  /** The PATH of the runner. */
  path: string;
}

/**
 * Runs the steps of a job as a runner of GitHub does: the forms of `actions/checkout`, composite actions, the files for
 * outputs and summaries, the shells, and the few expressions that our files use. What it does not know is an error.
 */
export class GithubRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** A job of a workflow's text. */
  async workflow(text: string, job: string, event: GithubEvent): Promise<JobResult> {
    const { jobs, permissions: _ } = parse(text) as { jobs: Record<string, Job>; permissions?: unknown };
    return this.job(jobs[job]!, event);
  }

  async job({ steps, env = {} }: Job, event: GithubEvent): Promise<JobResult> {
    const folder = temporaryFolder("runner");
    const [workspace, temp] = [join(folder, "work"), join(folder, "temp")];
    for (const each of [workspace, temp]) mkdirSync(each);
    const run = new JobRun(this.#options, event, { folder, workspace, temp });
    await run.all(steps, env);
    return run.result();
  }
}

interface Places {
  folder: string;
  workspace: string;
  temp: string;
}

type Context = Record<string, Record<string, string>>;

class JobRun {
  readonly #options: RunnerOptions;
  readonly #event: GithubEvent;
  readonly #places: Places;
  readonly #outputs: JobResult["outputs"] = {};
  #code = 0;
  #log = "";
  #summary = "";
  #count = 0;

  constructor(options: RunnerOptions, event: GithubEvent, places: Places) {
    this.#options = options;
    this.#event = event;
    this.#places = places;
  }

  result(): JobResult {
    const { workspace } = this.#places;
    return { code: this.#code, log: this.#log, summary: this.#summary, outputs: this.#outputs, workspace };
  }

  async all(
    steps: readonly Step[],
    env: Record<string, string>,
    inputs: Record<string, string> = {},
  ): Promise<void> {
    for (const step of steps) {
      if (this.#code !== 0) return;
      if (step.uses !== undefined) await this.#uses(step, env, inputs);
      else await this.#run(step, env, inputs);
    }
  }

  async #uses(step: Step, env: Record<string, string>, inputs: Record<string, string>): Promise<void> {
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([name, value]) => [name, this.#evaluate(String(value), inputs)]),
    );
    if (/^actions\/checkout@v\d+$/.test(step.uses!)) return this.#checkout(given);
    // Pages are another one's business.
    if (/^actions\/(upload-pages-artifact|deploy-pages)@v\d+$/.test(step.uses!)) return;
    const [, path] = /^[\w-]+\/dropclock\/(\.github\/actions\/[\w-]+)@v[\d.]+$/.exec(step.uses!) ?? [];
    if (path === undefined) throw new Error(`unknown action ${step.uses}`);
    const action = parse(readFileSync(inProject(path, "action.yml"), "utf8"));
    for (const name of Object.keys(given)) if (!(name in action.inputs)) throw new Error(`no input ${name}`);
    const all = Object.fromEntries(
      Object.entries(action.inputs as Record<string, { default?: string }>).map(
        ([name, { default: value = "" }]) => [name, given[name] ?? this.#evaluate(value, {})],
      ),
    );
    await this.all(action.runs.steps, { ...env, ...step.env }, all);
    if (step.id === undefined) return;
    this.#outputs[step.id] = Object.fromEntries(
      Object.entries(action.outputs as Record<string, { value: string }>).map(([name, { value }]) => [
        name,
        this.#evaluate(value, all),
      ]),
    );
  }

  async #run(step: Step, env: Record<string, string>, inputs: Record<string, string>): Promise<void> {
    const { folder, workspace, temp } = this.#places;
    const evaluate = (text: string) => this.#evaluate(text, inputs);
    const number = this.#count++;
    const [script, output, summary] = ["script", "output", "summary"].map((name) =>
      join(folder, `${name}-${number}`),
    );
    // An expression in a script is what the one who names a branch can write into it.
    if (/\$\{\{/.test(step.run!)) throw new Error("an expression stands in a script");
    writeFileSync(script!, step.run!);
    for (const file of [output!, summary!]) writeFileSync(file, "");
    const own = Object.fromEntries(
      Object.entries({ ...env, ...step.env }).map(([name, value]) => [name, evaluate(value)]),
    );
    const result: RunResult = await runProcess(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", script!],
      {
        cwd: step["working-directory"] === undefined ? workspace : evaluate(step["working-directory"]),
        env: {
          ...this.#options.environment,
          PATH: this.#options.path,
          CI: "true",
          GITHUB_ACTIONS: "true",
          GITHUB_EVENT_NAME: this.#event.name,
          GITHUB_REF: this.#event.ref,
          GITHUB_SHA: this.#event.sha,
          GITHUB_BASE_REF: this.#event.base ?? "",
          GITHUB_SERVER_URL: this.#options.server,
          GITHUB_REPOSITORY: this.#options.repository,
          GITHUB_WORKSPACE: workspace,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          RUNNER_TEMP: temp,
          ...own,
        },
      },
    );
    this.#code = result.code;
    this.#log += result.stdout + result.stderr;
    this.#summary += readFileSync(summary!, "utf8");
    if (step.id !== undefined) this.#outputs[step.id] = outputsIn(readFileSync(output!, "utf8"));
  }

  /** As version 4 does it: nothing but what the run is for, unless the whole history is asked for. */
  async #checkout(given: Record<string, string>): Promise<void> {
    const { workspace } = this.#places;
    const { server, repository, environment } = this.#options;
    const { ref, sha, token } = this.#event;
    const git = async (...args: string[]) => {
      const { code, stderr } = await runProcess("git", args, { cwd: workspace, env: environment });
      if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    };
    const header = `http.${server}/.extraheader`;
    const basic = Buffer.from(`x-access-token:${given.token ?? token}`).toString("base64");
    await git("init", "-q", workspace);
    await git("remote", "add", "origin", `${server}/${repository}`);
    await git("config", "--local", header, `AUTHORIZATION: basic ${basic}`);
    const [kind, name] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref)!.slice(1) as [string, string];
    const local = { heads: `refs/remotes/origin/${name}`, tags: ref, pull: `refs/remotes/pull/${name}` }[
      kind
    ]!;
    const whole = given["fetch-depth"] === "0";
    const wanted = whole
      ? [
          "+refs/heads/*:refs/remotes/origin/*",
          "+refs/tags/*:refs/tags/*",
          ...(kind === "pull" ? [`+${sha}:${local}`] : []),
        ]
      : [`+${sha}:${local}`];
    const depth = whole ? [] : [`--depth=${given["fetch-depth"] ?? 1}`];
    await git(
      "fetch",
      "--quiet",
      "--no-tags",
      "--prune",
      "--no-recurse-submodules",
      ...depth,
      "origin",
      ...wanted,
    );
    // An annotated tag is not the commit that the run is for, so it becomes a plain one.
    if (whole && kind === "tags") await git("fetch", "--quiet", "--no-tags", "origin", `+${sha}:${local}`);
    if (kind === "heads") await git("checkout", "--quiet", "--force", "-B", name, local);
    else await git("checkout", "--quiet", "--force", "--detach", local);
    if (given["persist-credentials"] === "false") await git("config", "--local", "--unset-all", header);
  }

  #evaluate(text: string, inputs: Record<string, string>): string {
    const context: Context = {
      inputs,
      github: { token: this.#event.token, workspace: this.#places.workspace },
      runner: { temp: this.#places.temp },
      secrets: this.#event.secrets ?? {},
    };
    return text.replace(/\$\{\{ *(.+?) *\}\}/g, (_, expression: string) => {
      const values = expression.split(" || ").map((each) => {
        const [, id, output] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(each) ?? [];
        if (id !== undefined) return this.#outputs[id]?.[output!] ?? "";
        const [, room, name] = /^(inputs|github|runner|secrets)\.([\w-]+)$/.exec(each) ?? [];
        if (room === undefined) throw new Error(`unknown expression ${each}`);
        const value = context[room]![name!];
        if (value === undefined && room !== "secrets") throw new Error(`${each} is not known`);
        return value ?? "";
      });
      return values.find((value) => value !== "") ?? "";
    });
  }
}

/** `name=value`, and `name<<MARK`, lines, `MARK`. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift()!;
    const [, name, mark] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      const end = lines.indexOf(mark!);
      if (end < 0) throw new Error(`the output ${name} has no end`);
      outputs[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n");
    } else if (line !== "") throw new Error(`no output: ${line}`);
  }
  return outputs;
}
