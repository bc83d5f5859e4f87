import { join, relative } from "node:path";
import { readTextNow } from "../../app/files.ts";
import { policyReport, problemReport } from "../../app/report.ts";
import { plainText } from "../../domain/plainText.ts";
import type { PolicyInForce, PolicyProblem } from "../../domain/policy/policy.ts";
import { command } from "../command.ts";
import { EXIT } from "../exitStatus.ts";

export const policyCheck = command({
  name: "policy check",
  summary: "validates the policy; prints each fault as path:line:column: message",
  judgesPolicy: true,
  async run({ project, directory }) {
    const opened = await project();
    const read = await opened.policy();
    const path = relative(directory, join(opened.root, read.path));
    const warnings = await warningsOf(opened.root, read);
    return {
      json: { ...policyReport(read), warnings: warnings.map(problemReport) },
      text: () => [...lines(path, warnings, "warning: "), checkText(read, path)].join("\n"),
      exit: read.problems.length > 0 ? EXIT.wrong : EXIT.fine,
    };
  },
});

/** What is in order as a policy, and yet would not do what it is for. */
async function warningsOf(root: string, { policy, source, path }: PolicyInForce): Promise<PolicyProblem[]> {
  if (source !== "file" || policy.updates.channels.length === 0) return [];
  const { webhookProblems } = await import("../../app/updates/webhookProblems.ts");
  return webhookProblems(readTextNow(root, path) ?? "", policy);
}

/** As compilers write them. */
const lines = (path: string, problems: readonly PolicyProblem[], kind = "") =>
  problems.map(
    ({ message, place }) => `${path}:${place.line}:${place.column}: ${kind}${plainText(message, 1000)}`,
  );

function checkText({ source, problems }: PolicyInForce, path: string): string {
  if (problems.length > 0) {
    return lines(path, problems).join("\n");
  }
  return source === "file"
    ? `${path} is in order.`
    : `There is no ${path}, so the sample SLA is in force; write one with: dropclock init`;
}
