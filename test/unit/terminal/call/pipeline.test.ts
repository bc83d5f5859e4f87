import assert from "node:assert/strict";
import { isPipeline, pipelineOf, pullRequestOf, tagOfRun } from "../../../../src/terminal/call/pipeline.ts";

const HUB = { GITHUB_ACTIONS: "true" };
const LAB = { GITLAB_CI: "true" };
const MERGE = { ...LAB, CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_IID: "12" };
const pull = (GITHUB_EVENT_NAME: string, GITHUB_REF: string) =>
  pullRequestOf({ ...HUB, GITHUB_EVENT_NAME, GITHUB_REF });

describe("what a run is for", () => {
  it("is a pull request by the event and the ref together", () => {
    assert.deepEqual(pull("pull_request", "refs/pull/7/merge"), { number: "7" });
    assert.deepEqual(pull("pull_request_review", "refs/pull/7/merge"), { number: "7" });
    assert.deepEqual(pull("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-abc"), { number: null });
    assert.deepEqual(pullRequestOf(MERGE), { number: "12" });
  });

  it("is none of the rest, so that it is judged in full", () => {
    for (const [event, ref] of [
      ["push", "refs/heads/main"],
      ["push", "refs/pull/7/merge"],
      ["push", "refs/heads/gh-readonly-queue/main/pr-7-abc"],
      ["pull_request", "refs/heads/main"],
      ["pull_request", "refs/tags/drop-2"],
      ["pull_request", "refs/heads/refs/pull/7/merge"],
      ["pull_request_target", "refs/pull/7/merge"],
      ["merge_group", "refs/heads/main"],
      ["workflow_dispatch", "refs/pull/7/merge"],
    ] as const)
      assert.equal(pull(event, ref), null, `${event} ${ref}`);
    for (const environment of [
      { ...MERGE, CI_COMMIT_TAG: "drop-2" },
      { ...MERGE, CI_PIPELINE_SOURCE: "push" },
      { ...MERGE, CI_MERGE_REQUEST_IID: "" },
      { ...MERGE, GITLAB_CI: "false" },
      { GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge" },
      {},
    ])
      assert.equal(pullRequestOf(environment), null, JSON.stringify(environment));
  });

  it("is a tag where the runner says so", () => {
    assert.equal(tagOfRun({ ...HUB, GITHUB_REF: "refs/tags/pay/v1" }), "pay/v1");
    assert.equal(tagOfRun({ ...LAB, CI_COMMIT_TAG: "drop-2" }), "drop-2");
    for (const environment of [
      { ...HUB, GITHUB_REF: "refs/heads/main" },
      { ...HUB, CI_COMMIT_TAG: "drop-2" },
      { ...LAB, CI_COMMIT_TAG: "" },
      { GITHUB_REF: "refs/tags/drop-2" },
    ])
      assert.equal(tagOfRun(environment), null, JSON.stringify(environment));
  });

  it("is a pipeline, of a kind that we know or of another", () => {
    assert.deepEqual([HUB, LAB, {}].map(pipelineOf), ["github", "gitlab", null]);
    const others = [{ CI: "true" }, { CI: "1" }, { TF_BUILD: "True" }, { JENKINS_URL: "http://ci/" }];
    assert.deepEqual(others.map(isPipeline), [true, true, true, true]);
    assert.deepEqual([{}, { CI: "" }, { CI: "false" }, { CI: "0" }].map(isPipeline), [
      false,
      false,
      false,
      false,
    ]);
  });
});
