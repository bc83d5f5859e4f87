/** What the runner of a pipeline says of the run: its environment, never a file of the repository. */

/** How a pipeline wants to be told; null where this is none that we know. */
export function pipelineOf(environment: NodeJS.ProcessEnv): "github" | "gitlab" | null {
  if (environment.GITHUB_ACTIONS === "true") return "github";
  return environment.GITLAB_CI === "true" ? "gitlab" : null;
}

/** Whether this runs in any pipeline, where workspaces are used again and nobody looks. */
export const isPipeline = ({ CI, TF_BUILD, JENKINS_URL, TEAMCITY_VERSION }: NodeJS.ProcessEnv) =>
  [CI, TF_BUILD, JENKINS_URL, TEAMCITY_VERSION].some((value) => value && !/^(?:0|false)$/i.test(value));

/** The tag that the run is for; null where it is for none. */
export function tagOfRun(environment: NodeJS.ProcessEnv): string | null {
  switch (pipelineOf(environment)) {
    case "github":
      return /^refs\/tags\/(.+)$/.exec(environment.GITHUB_REF ?? "")?.[1] ?? null;
    case "gitlab":
      return environment.CI_COMMIT_TAG || null;
    default:
      return null;
  }
}

/** A pull request (GitHub), a merge request (GitLab), or one in a merge queue, that the run is for. */
export interface PullRequestRun {
  /** As the forge counts it; null where the run does not say. */
  number: string | null;
}

/**
 * The pull request that a run is for; null where it is for none. A run for a tag never is: what ships is asked in full.
 * Of GitHub's `pull_request_target` the checkout is the branch itself, so it is none either.
 */
export function pullRequestOf(environment: NodeJS.ProcessEnv): PullRequestRun | null {
  if (tagOfRun(environment) !== null) return null;
  const pipeline = pipelineOf(environment);
  if (pipeline === "github") {
    const { GITHUB_EVENT_NAME: event = "", GITHUB_REF: ref = "" } = environment;
    const [, number] = /^refs\/pull\/(\d+)\//.exec(ref) ?? [];
    if (/^pull_request(?:_review)?$/.test(event) && number !== undefined) return { number };
    if (event === "merge_group" && ref.startsWith("refs/heads/gh-readonly-queue/")) return { number: null };
  }
  const { CI_PIPELINE_SOURCE: source, CI_MERGE_REQUEST_IID: number } = environment;
  if (pipeline === "gitlab" && source === "merge_request_event" && /^\d+$/.test(number ?? ""))
    return { number: number! };
  return null;
}
