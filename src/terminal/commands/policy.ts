import { join, relative } from "node:path";
import { policyReport, problemReport } from "../../app/drop/report.ts";
import { readTextNow } from "../../app/project/files.ts";
import type { Project } from "../../app/project/project.ts";
import {
  changeWords,
  draftWords,
  type PolicyInForce,
  type PolicyProblem,
  sourceWords,
} from "../../domain/policy/policy.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { command, EXIT } from "../call/command.ts";
import { table } from "../text/table.ts";

export const policyCheck = command({
  name: "policy check",
  services: "none",
  ledger: "optional",
  summary: "validates the policy at hand; prints each error as path:line:column: message",
  details: [
    "What is in force is the policy on the release branch; where the file at hand differs, that is said too.",
  ],
  judgesPolicy: true,
  async run({ project, directory }) {
    const opened = await project();
    const [atHand, inForce] = await Promise.all([opened.policyAtHand(), opened.policy()]);
    const path = relative(directory, join(opened.root, atHand.path));
    const found = await findingsOf(opened, atHand);
    const warnings = [...(await warningsOf(opened.root, atHand)), ...found.warnings];
    const strays = found.strays.map((stray) => relative(directory, join(opened.root, stray)));
    return {
      json: {
        ...policyReport(inForce),
        errors: [
          ...atHand.problems.map(problemReport),
          ...strays.map((stray) => ({ path: stray, message: found.stray, line: 1, column: 1 })),
        ],
        warnings: warnings.map(problemReport),
      },
      text: () =>
        [
          ...strays.map((stray) => `${stray}:1:1: ${found.stray}`),
          ...lines(path, warnings, "warning: "),
          checkText(atHand, inForce, path),
        ].join("\n"),
      exit: atHand.problems.length > 0 || strays.length > 0 ? EXIT.wrong : EXIT.fine,
    };
  },
});

/** What its services come to in this work tree, and policies that nobody reads. */
async function findingsOf({ repository, root }: Project, { policy, source, path }: PolicyInForce) {
  if (!repository || repository.root === null) return { strays: [], stray: "", warnings: [] };
  const { findServices, findingProblems, STRAY_POLICY } = await import("../../app/policyFindings.ts");
  const found = await findServices(repository, policy);
  const text = source === "work-tree" ? (readTextNow(root, path) ?? "") : "";
  const warnings = text === "" ? [] : findingProblems(found, text);
  return { strays: found.strays, stray: STRAY_POLICY, warnings };
}

/** What is in order as a policy, and yet would not do what it is for. */
async function warningsOf(root: string, { policy, source, path }: PolicyInForce): Promise<PolicyProblem[]> {
  if (source !== "work-tree") return [];
  const { updates, council } = policy;
  if (updates.channels.length === 0 && !council) return [];
  const text = readTextNow(root, path) ?? "";
  const warnings = council && !council.signed ? [unsigned(text)] : [];
  if (updates.channels.length === 0) return warnings;
  const { webhookProblems } = await import("../../app/updates/message.ts");
  return [...warnings, ...webhookProblems(text, policy)];
}

function unsigned(text: string): PolicyProblem {
  const found = text.split("\n").findIndex((line) => /^["']?council["']?\s*:/.test(line));
  const line = found < 0 ? 1 : found + 1;
  return {
    message:
      "The council is unsigned: whoever may push to the ledger can enter an approval in any member's name; set council.signed: true to count only signed ones.",
    place: { line, column: 1, endLine: line, endColumn: 8 },
  };
}

/** As compilers write them. */
const lines = (path: string, problems: readonly PolicyProblem[], kind = "") =>
  problems.map(
    ({ message, place }) => `${path}:${place.line}:${place.column}: ${kind}${plainText(message, 1000)}`,
  );

function checkText(atHand: PolicyInForce, inForce: PolicyInForce, path: string): string {
  const { source, problems } = atHand;
  if (problems.length > 0) return lines(path, problems).join("\n");
  const verdict =
    source === "work-tree"
      ? `${path} is in order.`
      : `There is no ${path}${inForce.source === "branch" ? " in this work tree" : ", so the sample SLA is in force"}; write one with: dropclock init`;
  return [verdict, ...notInForce(inForce)].join("\n");
}

function notInForce({ draft, branch, doubt, source }: PolicyInForce): string[] {
  if (doubt !== undefined) return [`It is not in force. ${doubt}`];
  if (draft) return [`Not in force: ${draftWords(draft, branch)}; see them with: dropclock policy show`];
  if (source === "work-tree" && branch !== undefined)
    return [
      `Not on ${plainText(branch, 60)} yet: until it is, it counts for what people see and confirm, and nothing acts by itself.`,
    ];
  return [];
}

export const policySchema = command({
  name: "policy schema",
  summary: "prints the JSON Schema of the policy",
  async run() {
    const { builtInText } = await import("../../app/documents/templates.ts");
    const schema = JSON.parse(await builtInText("policy.schema.json"));
    return { json: schema, text: () => JSON.stringify(schema, null, 2) };
  },
});

export const policyShow = command({
  name: "policy show",
  services: "all",
  ledger: "optional",
  summary: "which policy is in force and from where, and what the one at hand would change",
  judgesPolicy: true,
  async run({ project }) {
    const opened = await project();
    const inForce = await opened.policy();
    const services = await opened.services();
    const values = opened.service === null ? null : await valuesOf(opened, inForce);
    return {
      json: {
        ...policyReport(inForce),
        policy: inForce.policy,
        ...(opened.service === null ? {} : { service: opened.service, values }),
      },
      text: ({ paint }) =>
        [
          showText(inForce),
          ...(opened.service === null || !values
            ? servicesLines(services)
            : [
                "",
                paint.bold(plainText(opened.service, 60)),
                ...table(
                  values.map(({ path, value, from }) => [
                    plainText(path, 100),
                    plainText(value, 200),
                    from === "default" ? paint.dim(from) : from,
                  ]),
                ),
              ]),
        ].join("\n"),
    };
  },
});

/** Null where the text that is in force is not to be had, as while it is broken. */
async function valuesOf(opened: Project, inForce: PolicyInForce) {
  const [{ textInForce }, { policyValues }] = await Promise.all([
    import("../../app/policyFindings.ts"),
    import("../../domain/policy/values.ts"),
  ]);
  const text = await textInForce(opened, inForce);
  return text === null ? null : policyValues(inForce.policy, text);
}

const servicesLines = (services: readonly string[]) =>
  services.length === 0
    ? []
    : [
        `Services: ${services.join(", ")}; what is in force for one: dropclock policy show --service ${services[0]}`,
      ];

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
