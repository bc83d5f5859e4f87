import { TemporaryRepository } from "../git/temporaryRepository.ts";
import { runCommandLine } from "../processes/commandLine.ts";
import type { RunResult } from "../processes/runProcess.ts";

export const COUNCIL_POLICY = `version: 1
council: { members: [ana@example.com, bo@example.com, cy@example.com], quorum: 2, from: high }
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
  - { lines: 50, level: medium, because: large drop }
stages:
  - { name: testbed, soak: 30m }
  - { name: broad }
`;

/** The environment of one person. */
export const personEnvironment = (name: string): NodeJS.ProcessEnv => {
  const mail = `${name.toLowerCase()}@example.com`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mail,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mail,
  };
};

/** A member of a team, in a clone of their own. */
export class Member {
  readonly name: string;
  readonly repository: TemporaryRepository;
  readonly environment: NodeJS.ProcessEnv;

  constructor(name: string, repository: TemporaryRepository, environment: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.repository = repository;
    this.environment = { ...personEnvironment(name), ...environment };
  }

  run(...args: string[]): Promise<RunResult> {
    return runCommandLine(this.repository.dir, args, this.environment);
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the tests look at is told by their assertions
  async json(...args: string[]): Promise<any> {
    const { stdout, stderr } = await this.run(...args, "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Brings the work tree to what the remote has. */
  pull(): void {
    this.repository.git("pull", "-q", "--tags", "origin", "main");
  }
}

/** A bare remote with drop-1 and its policy on main, and a clone for each. Di, who is no member, makes the drops. */
export function councilTeam(policy = COUNCIL_POLICY) {
  const di = TemporaryRepository.make({ name: "di" });
  const author = "Di <di@example.com>";
  di.commit({ ".dropclock/policy.yaml": policy, "src/app.ts": "1\n" }, { author });
  di.tag("drop-1", { annotated: true });
  const bare = di.bareRemote();
  di.git("push", "-q", "origin", "main", "drop-1");
  di.git("remote", "set-head", "origin", "main");
  const member = (name: string, environment: NodeJS.ProcessEnv = {}) =>
    new Member(name, bare.clone(name.toLowerCase()), environment);
  /** Di commits and pushes; gives the commit. */
  const commit = (files: Record<string, string>) => {
    const sha = di.commit(files, { author });
    di.git("push", "-q", "origin", "main");
    return sha;
  };
  return { bare, di: new Member("Di", di), member, commit };
}
