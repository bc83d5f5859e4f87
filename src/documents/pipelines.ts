/** The pipelines that `init --pipeline` writes: text in, text out. */

export const PIPELINES = ["github", "gitlab"] as const;
export type Pipeline = (typeof PIPELINES)[number];

interface PipelineFacts {
  /** Of the npm package that the pipeline runs. */
  version: string;
  /** The policy's patterns on the tags of drops. */
  tags: readonly string[];
}

// The command line is fetched from a folder outside of the checkout: an .npmrc, or a node_modules, in a pull request
// would say where it comes from.
const GITHUB_RUN = `working-directory: \${{ runner.temp }}`;
const ON_GITHUB = '-C "$GITHUB_WORKSPACE"';

/** A workflow for GitHub: the gate as a check, the watch after a deployment, the public pages. */
export function githubWorkflow({ version, tags }: PipelineFacts): string {
  const npx = `npx --yes dropclock@${version}`;
  return `# Written once by dropclock init --pipeline github; it is yours to change.
name: Dropclock
on:
  pull_request:
  merge_group:
  push:
    tags: [${tags.map((tag) => JSON.stringify(tag)).join(", ")}]
  deployment_status:
  workflow_dispatch:
permissions:
  contents: read
jobs:
  # Make "gate" a required check of the release branch. On a pull request it judges what would be merged, on a tag
  # whether the drop may ship.
  gate:
    if: github.event_name != 'deployment_status' && github.event_name != 'workflow_dispatch'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 }
      - run: ${npx} gate ${ON_GITHUB}
        ${GITHUB_RUN}

  # Evaluates the policy's signals from a deployment until the watch window ends, and acts as the policy says.
  watch:
    if: github.event_name == 'deployment_status' && github.event.deployment_status.state == 'success'
    runs-on: ubuntu-latest
    permissions: { contents: write, pull-requests: write }
    concurrency: dropclock-watch
    env:
      GIT_AUTHOR_NAME: dropclock
      GIT_AUTHOR_EMAIL: dropclock@users.noreply.github.com
      GIT_COMMITTER_NAME: dropclock
      GIT_COMMITTER_EMAIL: dropclock@users.noreply.github.com
      # A pull request by the run's own token starts no checks; one by the token of an app or a person does.
      GITHUB_TOKEN: \${{ secrets.DROPCLOCK_TOKEN || github.token }}
      # The secrets that signals name, such as prometheus: DROPCLOCK_SECRET_PROMETHEUS: \${{ secrets.PROMETHEUS }}
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0, token: "\${{ secrets.DROPCLOCK_TOKEN || github.token }}" }
      - run: ${npx} watch ${ON_GITHUB}
        ${GITHUB_RUN}

  # The public pages; choose "GitHub Actions" as the source of Pages in the settings of the repository.
  publish:
    if: github.event_name == 'workflow_dispatch'
    runs-on: ubuntu-latest
    permissions: { contents: read, pages: write, id-token: write }
    environment: github-pages
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 }
      - run: ${npx} publish ${ON_GITHUB} --out "$GITHUB_WORKSPACE/_site"
        ${GITHUB_RUN}
      - uses: actions/upload-pages-artifact@v3
        with: { path: _site }
      - uses: actions/deploy-pages@v4
`;
}

/** How a job of GitLab begins: the whole history, and a token that may push where there is one. */
const GITLAB_BASE = (image: string) => `.dropclock:
  image: ${image}
  variables:
    GIT_DEPTH: "0"
    GIT_AUTHOR_NAME: dropclock
    GIT_AUTHOR_EMAIL: dropclock@example.com
    GIT_COMMITTER_NAME: dropclock
    GIT_COMMITTER_EMAIL: dropclock@example.com
  before_script:
    # The job's own token may not push; a project access token in the variable DROPCLOCK_TOKEN may.
    - if [ -n "$DROPCLOCK_TOKEN" ]; then git remote set-url origin "$CI_SERVER_PROTOCOL://oauth2:$DROPCLOCK_TOKEN@$CI_SERVER_HOST:$CI_SERVER_PORT/$CI_PROJECT_PATH.git"; fi
    # From a folder outside of the checkout, whose .npmrc may be a merge request's own.
    - cd /tmp`;

/** Jobs for GitLab: the gate, the watch after a deployment, the public pages. */
export function gitlabJobs({ version, image = "node:22" }: { version: string; image?: string }): string {
  const npx = `npx --yes "dropclock@${version}"`;
  return `${GITLAB_BASE(image)}

# On a merge request it judges what would be merged, on a tag whether the drop may ship.
dropclock gate:
  extends: .dropclock
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_TAG
  script:
    - ${npx} gate -C "$CI_PROJECT_DIR" --report "$CI_PROJECT_DIR/gl-dropclock.json"
  artifacts:
    when: always
    reports: { codequality: gl-dropclock.json }

# Evaluates the policy's signals until the watch window ends, and acts as the policy says. It waits for every job of the
# stages before it, so put your deployment there.
dropclock watch:
  extends: .dropclock
  stage: .post
  rules:
    - if: $CI_COMMIT_TAG && $DROPCLOCK_TOKEN
  script:
    - ${npx} watch -C "$CI_PROJECT_DIR"

# The public pages, from a pipeline that somebody starts or a schedule of the default branch.
pages:
  extends: .dropclock
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && ($CI_PIPELINE_SOURCE == "web" || $CI_PIPELINE_SOURCE == "schedule")
  script:
    - ${npx} publish -C "$CI_PROJECT_DIR" --out "$CI_PROJECT_DIR/public"
  artifacts:
    paths: [public]
`;
}

/** The same to be included from elsewhere, with inputs. */
export const gitlabTemplate = (version: string) => `# Include it, and choose the version:
#   include:
#     - component: $CI_SERVER_FQDN/GROUP/dropclock/dropclock@${version}
#       inputs: { version: "${version}" }
spec:
  inputs:
    version:
      default: "${version}"
      description: The version of the npm package dropclock.
    image:
      default: "node:22"
      description: An image with Node 20 or newer, npm and git.
---
${gitlabJobs({ version: "$[[ inputs.version ]]", image: '"$[[ inputs.image ]]"' })}`;

/** Where each pipeline looks for its file. */
export const PIPELINE_PATHS = {
  github: ".github/workflows/dropclock.yml",
  gitlab: ".gitlab/dropclock.yml",
} as const;

/** What brings the jobs into a pipeline of GitLab. */
export const GITLAB_INCLUDE = `include:\n  - local: ${PIPELINE_PATHS.gitlab}\n`;
