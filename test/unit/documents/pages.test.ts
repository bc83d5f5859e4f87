import assert from "node:assert/strict";
import { scorecardPage } from "../../../src/documents/pages.ts";
import { adoptionOf, scorecardOf } from "../../../src/domain/record/scorecard.ts";
import { at } from "../../support/record/events.ts";
import { releaseOf } from "../editor/statusOf.ts";

const page = (landed: number | null, service: string | null = "Check|out") => {
  const release = releaseOf([]);
  return scorecardPage(
    service,
    scorecardOf(release, release.drops, at("12:00")),
    adoptionOf(release, landed, at("12:00")),
  );
};

describe("the scorecard as a page", () => {
  it("tells each drop by pillar, and nothing known is no data", () => {
    assert.match(
      page(at("09:00")),
      /^\| `drop-5` \| .* \| no data \| no data \| no data \| no data \| {2}\|$/m,
    );
    assert.match(page(at("09:00")), /^- Change failure rate: 0 % \(0 of 1 drops\)$/m);
  });

  it("tracks the drops since the policy landed, and says where it has not", () => {
    assert.match(page(at("09:00")), /1 of 4 drops since the policy landed on /);
    assert.match(page(null), /The policy is not on the release branch yet/);
  });

  it("lets no name become markup", () => {
    assert.match(page(null), /^# Scorecard of Check\\\|out$/m);
    assert.match(page(null, null), /^# Scorecard$/m);
  });
});
