import { join, relative } from "node:path";
import { policyReport } from "../../app/report.ts";
import { plainText } from "../../domain/plainText.ts";
import type { PolicyInForce } from "../../domain/policy/policy.ts";
import { command } from "../command.ts";
import { EXIT } from "../exitStatus.ts";

export const policyCheck = command({
  name: "policy check",
  summary: "validates the policy; prints each fault as path:line:column: message",
  async run({ project, directory }) {
    const opened = await project();
    const read = await opened.policy();
    const path = relative(directory, join(opened.root, read.path));
    return {
      json: policyReport(read),
      text: () => checkText(read, path),
      exit: read.problems.length > 0 ? EXIT.wrong : EXIT.fine,
    };
  },
});

function checkText({ source, problems }: PolicyInForce, path: string): string {
  if (problems.length > 0) {
    return problems
      .map(({ message, place }) => `${path}:${place.line}:${place.column}: ${plainText(message, 1000)}`)
      .join("\n");
  }
  return source === "file"
    ? `${path} is in order.`
    : `There is no ${path}, so the sample SLA is in force; write one with: dropclock init`;
}
