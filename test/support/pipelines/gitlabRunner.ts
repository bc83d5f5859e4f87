import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { temporaryFolder } from "../git/temporaryRepository.ts";
import { runProcess } from "../processes/runProcess.ts";

interface GitlabJob {
  extends?: string;
  variables?: Record<string, string>;
  before_script?: string[];
  script?: string[];
  artifacts?: { reports?: Record<string, string>; paths?: string[] };
}

/** What a pipeline is for, as GitLab tells it. */
export interface GitlabEvent {
  ref: string;
  sha: string;
  variables: Record<string, string>;
}

/** Runs the scripts of a job as a runner of GitLab does: inputs, `extends`, the checkout, one shell for all lines. */
export class GitlabRunner {
  readonly #server: string;
  readonly #project: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(server: string, project: string, environment: NodeJS.ProcessEnv) {
    this.#server = server;
    this.#project = project;
    this.#environment = environment;
  }

  /** @param text Of a pipeline, or of a template with inputs: those that are not given have their defaults. */
  async job(text: string, name: string, event: GitlabEvent, inputs: Record<string, string> = {}) {
    const jobs = parse(withInputs(text, inputs)) as Record<string, GitlabJob>;
    const own = jobs[name]!;
    const job = { ...(own.extends === undefined ? {} : jobs[own.extends]), ...own };
    const folder = temporaryFolder("gitlab");
    const workspace = join(folder, "project");
    mkdirSync(workspace);
    await this.#checkout(workspace, event, job.variables?.GIT_DEPTH);
    const { protocol, hostname, port } = new URL(this.#server);
    const script = join(folder, "script");
    writeFileSync(
      script,
      ["set -eo pipefail", ...(job.before_script ?? []), ...(job.script ?? [])].join("\n"),
    );
    const { code, stdout, stderr } = await runProcess("bash", [script], {
      cwd: workspace,
      env: {
        ...this.#environment,
        CI: "true",
        GITLAB_CI: "true",
        CI_PROJECT_DIR: workspace,
        CI_PROJECT_PATH: this.#project,
        CI_SERVER_PROTOCOL: protocol.replace(":", ""),
        CI_SERVER_HOST: hostname,
        CI_SERVER_PORT: port,
        CI_COMMIT_SHA: event.sha,
        CI_DEFAULT_BRANCH: "main",
        ...job.variables,
        ...event.variables,
      },
    });
    return { code, log: stdout + stderr, workspace, artifacts: job.artifacts };
  }

  /** The address holds the job's token, and nothing but the commit is there unless the depth is 0. */
  async #checkout(workspace: string, { ref, sha, variables }: GitlabEvent, depth = "20"): Promise<void> {
    const git = async (...args: string[]) => {
      const { code, stderr } = await runProcess("git", args, { cwd: workspace, env: this.#environment });
      if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    };
    const { protocol, host } = new URL(this.#server);
    const address = `${protocol}//gitlab-ci-token:${variables.CI_JOB_TOKEN}@${host}/${this.#project}.git`;
    await git("init", "-q", "--template=", workspace);
    await git("remote", "add", "origin", address);
    const whole = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
    const refs = depth === "0" ? whole : [];
    const flags = depth === "0" ? [] : [`--depth=${depth}`];
    await git("fetch", "-q", "--prune", ...flags, "origin", `+${ref}:refs/pipelines/1`, ...refs);
    await git("checkout", "-q", "-f", "--detach", sha);
  }
}

function withInputs(text: string, inputs: Record<string, string>): string {
  const [head, body] = text.split(/^---$/m);
  if (body === undefined) return text;
  const { spec } = parseAllDocuments(head!)[0]!.toJS() as {
    spec: { inputs: Record<string, { default: string }> };
  };
  return body.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => {
    const input = spec.inputs[name];
    if (!input) throw new Error(`no input ${name}`);
    return inputs[name] ?? input.default;
  });
}
