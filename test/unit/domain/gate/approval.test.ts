import assert from "node:assert/strict";
import { mainAuthor, readMailmap } from "../../../../src/domain/gate/people.ts";
import {
  ANA,
  approvers,
  BASE,
  BO,
  COMMIT,
  COUNCIL,
  CY,
  DI,
  entry,
  flaws,
  fold,
  GOOD,
  honest,
  riskOf,
} from "../../../support/record/council.ts";
import { at } from "../../../support/record/events.ts";

describe("the approvals of a drop", () => {
  it("count once a member", () => {
    const approval = fold([
      entry("approved", BO),
      entry("approved", BO, {}, at("11:00")),
      entry("approved", CY),
    ]);
    assert.deepEqual(approvers(approval), [BO, CY]);
    assert.equal(approval.quorum, 2);
    assert.deepEqual(approval.waitingFor, ["ana@example.com"]);
  });

  it("count whatever the case of an address, and whatever name goes with it", () => {
    assert.equal(approvers(fold([entry("approved", "B. O. <BO@example.com>")])).length, 1);
    const twice = fold([entry("approved", "B. O. <BO@example.com>"), entry("approved", BO)]);
    assert.equal(approvers(twice).length, 1);
  });

  it("are not needed below the risk that the council is for, nor without a council", () => {
    const calm = { base: BASE, risk: riskOf("medium", "large drop") };
    assert.deepEqual([fold([], { matter: calm }).needed, fold([], { matter: calm }).quorum], [false, 0]);
    assert.equal(fold([], { council: null }).needed, false);
    assert.equal(fold([], { council: { ...COUNCIL, from: "low" }, matter: calm }).needed, true);
  });

  it("never are the main author's own", () => {
    const approval = fold([entry("approved", ANA), entry("approved", BO)], {
      mainAuthor: "Ana B. <ANA@example.com>",
    });
    assert.deepEqual(approvers(approval), [BO]);
    assert.deepEqual(flaws(approval), ["Ana's own drop: most of its commits are theirs"]);
    assert.deepEqual(approval.waitingFor, ["cy@example.com"]);
  });

  it("are one person's, whatever address of theirs is used", () => {
    const personOf = readMailmap("<ana@example.com> <ana@home.org>\n<bo@example.com> <bo@home.org>\n");
    const members = ["ana@example.com", "bo@example.com", "bo@home.org", "cy@example.com"];
    const approval = fold(
      [entry("approved", ANA), entry("approved", BO), entry("approved", "Bo <bo@home.org>", {}, at("11:00"))],
      { council: { ...COUNCIL, members }, mainAuthor: "Ana <ana@home.org>", personOf },
    );
    assert.equal(approval.approved.length, 1);
    assert.deepEqual(flaws(approval), ["Ana's own drop: most of its commits are theirs"]);
    assert.deepEqual(approval.waitingFor, ["cy@example.com"]);
    const by = (mail: string) => ({ author: { name: "A", mail }, merge: false });
    const commits = ["bo@example.com", "ana@home.org", "cy@example.com", "ana@example.com"].map(by);
    assert.equal(mainAuthor(commits, personOf), "A <ana@home.org>");
  });

  it("end with a rejection by the same member, and a rejection with an approval", () => {
    const approved = entry("approved", BO, {}, at("10:00"));
    const rejected = entry("rejected", BO, {}, at("11:00"));
    const again = entry("approved", BO, {}, at("12:00"));
    assert.deepEqual(approvers(fold([rejected, approved])), []);
    assert.equal(fold([rejected, approved]).rejected.length, 1);
    assert.deepEqual(approvers(fold([again, approved, rejected])), [BO]);
    assert.deepEqual(fold([again, approved, rejected]).rejected, []);
  });

  it("may be refused by whoever made the drop, and by nobody outside of the council", () => {
    assert.equal(fold([entry("rejected", ANA)], { mainAuthor: ANA }).rejected.length, 1);
    const outside = fold([entry("rejected", DI)]);
    assert.deepEqual(outside.rejected, []);
    assert.deepEqual(flaws(outside), ["Di's: not a member of the council"]);
  });

  describe("go stale, visibly,", () => {
    it("when the drop gets another commit", () => {
      const old = entry("approved", BO, { subject: `commit/${"d".repeat(40)}` });
      const approval = fold([old]);
      assert.deepEqual(approvers(approval), []);
      assert.deepEqual(flaws(approval), ["Bo's is for another commit (dddddddddd)"]);
      assert.equal(approval.disregarded[0]!.stale, true);
    });

    it("when a reason comes that they were not given for, but not when one goes", () => {
      const more = { base: BASE, risk: riskOf("high", "schema change", "large drop") };
      assert.deepEqual(flaws(fold([entry("approved", BO)], { matter: more })), [
        "Bo's is stale: since then there is: large drop",
      ]);
      const given = entry("approved", BO, { data: { reasons: ["schema change", "large drop"] } });
      assert.deepEqual(approvers(fold([given])), [BO]);
    });

    it("when the risk of the same reason rises", () => {
      const given = entry("approved", BO, { data: { level: "medium" } });
      assert.deepEqual(flaws(fold([given])), ["Bo's is stale: the risk was medium then"]);
    });

    it("when the drop begins at another commit, so that it holds more than they saw", () => {
      const given = entry("approved", BO, { data: { base: "e".repeat(40) } });
      assert.deepEqual(flaws(fold([given])), ["Bo's is stale: the drop began at another commit"]);
    });

    it("and those that do not say what for are", () => {
      const given = entry("approved", BO, { data: { reasons: undefined, level: undefined } });
      assert.deepEqual(flaws(fold([given])), ["Bo's is stale: since then there is: schema change"]);
    });

    it("and a member whose approval is stale is waited for again", () => {
      const given = entry("approved", BO, { data: { level: "medium" } });
      assert.ok(fold([given]).waitingFor.includes("bo@example.com"));
    });
  });

  it("are told of only where they were meant for this drop", () => {
    const before = entry("approved", BO, { subject: `commit/${"d".repeat(40)}` }, at("08:00"));
    const other = entry("approved", CY, { subject: `commit/${"a".repeat(40)}` }, at("10:00"));
    const approval = fold([before, other], {
      between: { since: at("09:00"), until: null },
      otherDrops: new Set(["a".repeat(40)]),
    });
    assert.deepEqual(flaws(approval), []);
  });

  it("are asked for by whoever asks, for this very commit", () => {
    const request = entry("approval-requested", DI);
    assert.equal(fold([request]).request, request);
    assert.equal(fold([{ ...request, subject: `commit/${"d".repeat(40)}` }]).request, null);
  });
});

describe("a forged approval", () => {
  const MALLORY = "Mallory <mallory@example.com>";
  const signed = { ...COUNCIL, signed: true };

  it("in another's name does not count, and is named", () => {
    const approval = fold([entry("approved", BO)], {
      provenanceOf: () => ({ author: MALLORY, signature: null }),
    });
    assert.deepEqual(approvers(approval), []);
    assert.deepEqual(flaws(approval), ["in the name of Bo, but Mallory entered it"]);
  });

  it("copied from another drop does not count: whoever copied it has entered it", () => {
    const copy = entry("approved", BO, { id: "0".repeat(26) });
    const original = { ...copy, id: "1".repeat(26), subject: `commit/${"d".repeat(40)}` };
    const approval = fold([copy, original], {
      provenanceOf: ({ id }) => ({ author: id === copy.id ? MALLORY : BO, signature: null }),
    });
    assert.deepEqual(approvers(approval), []);
    assert.deepEqual(flaws(approval), [
      "in the name of Bo, but Mallory entered it",
      "Bo's is for another commit (dddddddddd)",
    ]);
  });

  it("that is a replay counts no second time, and does not bring back what was withdrawn", () => {
    const approved = entry("approved", BO, {}, at("10:00"));
    const rejected = entry("rejected", BO, {}, at("11:00"));
    assert.equal(approvers(fold([approved, approved])).length, 1);
    assert.deepEqual(approvers(fold([approved, rejected, approved])), []);
    const replay = { ...approved, id: "9".repeat(26), at: at("12:00"), recorded: at("12:00") };
    const approval = fold([approved, rejected, replay], {
      provenanceOf: ({ id, by }) => ({ author: id === replay.id ? MALLORY : by, signature: null }),
    });
    assert.deepEqual(approvers(approval), []);
    assert.deepEqual(flaws(approval), ["in the name of Bo, but Mallory entered it"]);
  });

  it("by a member who was removed since does not count", () => {
    const without = { ...COUNCIL, members: ["ana@example.com", "cy@example.com"] };
    const approval = fold([entry("approved", BO), entry("approved", CY)], { council: without });
    assert.deepEqual(approvers(approval), [CY]);
    assert.deepEqual(flaws(approval), ["Bo's: not a member of the council"]);
  });

  it("without a signature does not count where the policy wants one", () => {
    for (const signature of [null, { good: false, signer: null, complaint: null }]) {
      const approval = fold([entry("approved", BO)], {
        council: signed,
        provenanceOf: ({ by }) => ({ author: by, signature }),
      });
      assert.deepEqual(approvers(approval), []);
      assert.deepEqual(flaws(approval), ["Bo's is not signed, and the policy wants signatures"]);
    }
    assert.deepEqual(approvers(fold([entry("approved", BO)], { council: signed })), [BO]);
  });

  it("with a signature that git does not accept, or somebody else's, does not count", () => {
    const bad = { good: false, signer: BO, complaint: "key expired" };
    const broken = fold([entry("approved", BO)], {
      council: signed,
      provenanceOf: ({ by }) => ({ author: by, signature: bad }),
    });
    assert.deepEqual(flaws(broken), ["Bo's has a signature that git does not accept: key expired"]);
    for (const signer of ["mallory@example.com", MALLORY]) {
      const other = fold([entry("approved", BO)], {
        council: signed,
        provenanceOf: ({ by }) => ({ author: by, signature: { ...GOOD, signer } }),
      });
      assert.deepEqual(approvers(other), []);
      assert.match(flaws(other)[0]!, /^Bo's is signed with the key of /);
    }
    // An SSH key's owner is an address alone.
    const principal = fold([entry("approved", BO)], {
      council: signed,
      provenanceOf: ({ by }) => ({ author: by, signature: { ...GOOD, signer: "bo@example.com" } }),
    });
    assert.deepEqual(approvers(principal), [BO]);
  });

  it("of which the history does not tell who entered it does not count", () => {
    const approval = fold([entry("approved", BO)], {
      provenanceOf: () => ({ author: null, signature: null }),
    });
    assert.deepEqual(flaws(approval), ["Bo's: the ledger's history here does not tell who entered it"]);
  });
});

describe("an override", () => {
  const override = entry("override", DI, { data: { why: "customers are down" } });

  it("without a reason that anybody can see opens nothing", () => {
    for (const why of [" ", "\n\t", "\u200b\u2060", "\u202e\u202c", "\u3164"]) {
      const approval = fold([entry("override", DI, { data: { why } })]);
      assert.deepEqual(approval.overrides, []);
      assert.deepEqual(flaws(approval), ["Di's override: it gives no reason"]);
    }
  });

  it("counts from anybody under their own name, and from nobody under another's", () => {
    assert.deepEqual(fold([override]).overrides, [override]);
    const forged = fold([override], { provenanceOf: () => ({ author: BO, signature: null }) });
    assert.deepEqual(forged.overrides, []);
    assert.deepEqual(flaws(forged), ["in the name of Di, but Bo entered it"]);
  });

  it("has to be signed where approvals have to be", () => {
    const approval = fold([override], {
      council: { ...COUNCIL, signed: true },
      provenanceOf: ({ by }) => ({ ...honest({ ...override, by }), signature: null }),
    });
    assert.deepEqual(approval.overrides, []);
  });

  it("is for the risk that it was given for", () => {
    const approval = fold([override], {
      matter: { base: BASE, risk: riskOf("high", "schema change", "large drop") },
    });
    assert.deepEqual(approval.overrides, []);
    assert.deepEqual(flaws(approval), ["Di's override: since then there is: large drop"]);
  });

  it("of another commit is none", () => {
    assert.deepEqual(fold([override], { commit: "e".repeat(40) }).overrides, []);
    assert.equal(COMMIT.length, 40);
  });
});

describe("the main author of a drop", () => {
  const by = (identity: string, merge = false) => {
    const [, name = "", mail = ""] = /^(.*) <(.*)>$/.exec(identity)!;
    return { author: { name, mail }, merge };
  };

  it("is the author of most of its commits, merges left out", () => {
    assert.equal(mainAuthor([by(BO), by(ANA), by(ANA)]), ANA);
    assert.equal(mainAuthor([by(BO, true), by(BO, true), by(BO), by(ANA), by(ANA)]), ANA);
    assert.equal(mainAuthor([by(BO, true)]), BO);
    assert.equal(mainAuthor([]), null);
  });

  it("is the last one to commit, of several with as many", () => {
    assert.equal(mainAuthor([by(BO), by(ANA)]), BO);
    assert.equal(mainAuthor([by(ANA), by(BO), by(BO), by(ANA)]), ANA);
  });

  it("is one person, whatever the case of the address", () => {
    assert.equal(mainAuthor([by("A <ANA@example.com>"), by(BO), by(ANA)]), "A <ANA@example.com>");
  });
});
