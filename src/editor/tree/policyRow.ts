import { plainText } from "../../domain/plainText.ts";
import { POLICY_PATH, type PolicyInForce } from "../../domain/policy/policy.ts";
import { changeWords, draftWords } from "../../domain/policy/policyWords.ts";
import { CLOCK_NAMES, SEVERITIES, type Targets } from "../../domain/terms.ts";
import { roughly } from "../../domain/wording.ts";
import { commandId } from "../ids.ts";
import { hasPolicyFile, whatIsInForce } from "../policyInForce.ts";
import { shortName } from "../status/statusFace.ts";
import { FactRow } from "./factRow.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** The policy in force: where it comes from, its targets, and what is wrong with the file. */
export class PolicyRow extends Row {
  readonly #policy: PolicyInForce;
  readonly #root: string;

  constructor(id: string, { status, project }: Scene) {
    super(id);
    this.#policy = status.policy;
    this.#root = project.project.root;
  }

  override get root(): string {
    return this.#root;
  }

  item() {
    const broken = this.#policy.problems.length > 0 || this.#policy.doubt !== undefined;
    const exists = hasPolicyFile(this.#policy);
    return treeItem(this.id, {
      label: "Policy",
      description: whatIsInForce(this.#policy),
      icon: broken ? "warning" : "law",
      color: broken ? "list.warningForeground" : undefined,
      tooltip: exists ? POLICY_PATH : "No policy file: the sample SLA is in force. Write one to change it.",
      context: ["policy", exists ? "file" : "defaults", ...(this.#policy.draft ? ["draft"] : [])],
      state: "collapsed",
    });
  }

  protected override build(): Row[] {
    const { problems, policy } = this.#policy;
    const rows: Row[] = problems.map(
      ({ message, place }, i) =>
        new FactRow(`${this.id}/problem/${i}`, {
          label: plainText(message),
          description: `line ${place.line}`,
          icon: "error",
          color: "list.errorForeground",
          tooltip: plainText(message, 600),
          command: {
            title: "Open Policy",
            command: commandId("openPolicy"),
            arguments: [{ root: this.#root, ...place }],
          },
        }),
    );
    const { draft, branch } = this.#policy;
    if (draft)
      rows.push(
        new FactRow(`${this.id}/draft`, {
          label: "In this work tree",
          description: draftWords(draft, branch),
          icon: "git-compare",
          tooltip: draft.changes.map(changeWords).join("\n") || "Not in force.",
          command: {
            title: "Show Policy Changes",
            command: commandId("showPolicyChanges"),
            arguments: [{ root: this.#root }],
          },
        }),
      );
    for (const severity of SEVERITIES) {
      const description = targetWords(policy.targets, severity);
      rows.push(new FactRow(`${this.id}/${severity}`, { label: severity, description, icon: "target" }));
    }
    const { calendar, warnAt } = policy;
    const hours =
      calendar === "always" ? "around the clock" : `working hours, ${plainText(calendar.timeZone)}`;
    rows.push(
      new FactRow(`${this.id}/calendar`, { label: "calendar", description: hours, icon: "calendar" }),
    );
    const shares = warnAt.map((share) => `${Math.round(share * 100)} %`).join(", ") || "never";
    rows.push(new FactRow(`${this.id}/warnAt`, { label: "warnings at", description: shares, icon: "bell" }));
    return rows;
  }
}

function targetWords(targets: Targets, severity: (typeof SEVERITIES)[number]): string {
  const set = CLOCK_NAMES.filter((name) => targets[severity][name] !== null);
  return (
    set.map((name) => `${shortName(name)} ${roughly(targets[severity][name]!)}`).join(" · ") || "no clock"
  );
}
