import type { RequestView, VoteObstacle } from "../documents/pageMessages.ts";
import { h, type Shape } from "./dom.ts";
import { inLocalTime } from "./words.ts";

/** What a press does. */
interface RequestActions {
  vote(vote: "approve" | "reject"): void;
}

/** The request for approval: what the council looks at, and why a vote from here would not count. */
export function requestShapes(
  { facts, approve, reject }: RequestView,
  now: number,
  actions: RequestActions,
): Shape[] {
  const { title, gate, risk, council, checklist, commits, moreCommits, files, patch } = facts;
  return [
    h(
      "header",
      { key: "head" },
      h("h1", {}, title),
      h("p", { class: "lead" }, h("strong", {}, gate.verdict)),
    ),
    h(
      "section",
      { key: "vote", "aria-labelledby": "vote" },
      h("h2", { id: "vote" }, "Your vote"),
      h(
        "div",
        { class: "buttons" },
        voteButton("approve", "Approve…", approve, actions),
        voteButton("reject", "Reject…", reject, actions),
      ),
      obstacleParts(approve, reject),
    ),
    part("Facts", [
      h(
        "dl",
        { class: "facts" },
        facts.facts.map(([name, value]) =>
          h("div", {}, h("dt", {}, name), h("dd", {}, inLocalTime(value, now))),
        ),
      ),
    ]),
    part("Gate", gate.reasons.length > 0 ? [list(gate.reasons.map((each) => inLocalTime(each, now)))] : []),
    part(
      "Risk",
      risk.length === 0
        ? [h("p", {}, "No rule of the policy applies.")]
        : risk.map(({ level, reason, items }) =>
            h(
              "div",
              {},
              h("p", {}, h("strong", {}, level), `: ${reason}`),
              items.length > 0 && list(items, "code"),
            ),
          ),
    ),
    part("Council", [
      h("p", {}, council.standing),
      list([...council.votes, ...council.disregarded.map((flaw) => `Not counted: ${flaw}`)]),
    ]),
    part("Checklist", [
      list(
        checklist.map(
          ({ verdict, title: name, why, fix }) =>
            `${verdict}: ${name}. ${why}${fix === null ? "" : ` To do: ${fix}.`}`,
        ),
      ),
    ]),
    part(`Commits (${commits.length + moreCommits})`, [
      table(
        ["Commit", "Author", "Subject"],
        commits.map(({ sha, author, subject }) => [sha.slice(0, 10), author, subject]),
      ),
      ...(moreCommits > 0 ? [h("p", { class: "quiet" }, `and ${moreCommits} older`)] : []),
    ]),
    part(`Files (${files.length})`, [
      table(
        ["File", "Status", "Change"],
        files.map(({ path, status, change }) => [path, status, change]),
      ),
    ]),
    part("Diff", [
      h(
        "pre",
        { tabindex: 0, "aria-label": "Diff" },
        patch.lines.map((line) => h("span", { class: lineClass(line) }, `${line}\n`)),
      ),
      ...(patch.cut ? [h("p", {}, "There is more; all of it: ", h("code", {}, patch.command))] : []),
    ]),
  ];
}

function voteButton(
  vote: "approve" | "reject",
  words: string,
  obstacle: VoteObstacle | null,
  actions: RequestActions,
) {
  return h(
    "button",
    {
      key: vote,
      class: vote === "approve" ? "primary" : "",
      disabled: obstacle !== null,
      "aria-describedby": obstacle ? "obstacle" : null,
      onclick: () => actions.vote(vote),
    },
    words,
  );
}

function obstacleParts(approve: VoteObstacle | null, reject: VoteObstacle | null): Shape | false {
  const obstacle = approve ?? reject;
  return obstacle !== null && h("p", { id: "obstacle", class: "warning" }, obstacleWords(obstacle));
}

function obstacleWords(obstacle: VoteObstacle): string {
  switch (obstacle.code) {
    case "restricted":
      return "In Restricted Mode nothing is recorded; trust this folder first.";
    case "no-author":
      return "Git does not know who you are; set user.name and user.email first.";
    case "no-council":
      return "The policy has no council, so there is nothing to vote on.";
    case "not-a-member":
      return `You are not a member of the council, so your vote would not count. Its members: ${obstacle.members.join(", ")}.`;
    case "main-author": {
      const others = obstacle.others.join(", ") || "another member";
      return `You wrote most of the commits, so your approval would not count. Ask ${others}.`;
    }
    case "approved-already":
      return "You have approved it already.";
  }
}

const part = (title: string, content: readonly (Shape | string)[]): Shape =>
  h("section", { key: title.replace(/ \(.*/, "") }, content.length > 0 && [h("h2", {}, title), ...content]);

const list = (items: readonly string[], inner: "code" | "span" = "span"): Shape =>
  h(
    "ul",
    { class: "plain" },
    items.map((item) => h("li", {}, h(inner, {}, item))),
  );

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Shape {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": heads[0]! },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((each) => h("td", {}, each)),
          ),
        ),
      ),
    ),
  );
}

const lineClass = (line: string) =>
  line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : line.startsWith("@@") ? "hunk" : "";
