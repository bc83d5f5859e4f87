import { policyReport } from "../../app/drop/report.ts";
import type { PolicyInForce } from "../../domain/policy/policy.ts";
import { changeWords, draftWords, sourceWords } from "../../domain/policy/policyWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { command } from "../call/command.ts";

export const policyShow = command({
  name: "policy show",
  ledger: "optional",
  summary: "which policy is in force and from where, and what the one at hand would change",
  judgesPolicy: true,
  async run({ project }) {
    const opened = await project();
    const inForce = await opened.policy();
    return {
      json: { ...policyReport(inForce), policy: inForce.policy },
      text: () => showText(inForce),
    };
  },
});

function showText(inForce: PolicyInForce): string {
  const { problems, draft, branch, commit, doubt, path } = inForce;
  const at = commit === undefined ? "" : ` (at ${commit.slice(0, 10)})`;
  const broken = problems.map(
    ({ message, place }) => `${path}:${place.line}:${place.column}: ${plainText(message, 1000)}`,
  );
  const waiting = draft
    ? [
        `In this work tree: ${draftWords(draft, branch)}.`,
        ...draft.changes.map((each) => `  ${changeWords(each)}`),
      ]
    : [];
  return [
    `In force: ${sourceWords(inForce)}${at}.`,
    ...broken,
    ...(doubt === undefined ? [] : [doubt]),
    ...waiting,
  ].join("\n");
}
