import type { Reading } from "../../app/project/project.ts";
import type { Standing } from "../../app/project/sharing.ts";
import { historyWarnings, standingWords } from "../../app/project/sharingWords.ts";
import { changeWords, draftWords, POLICY_PATH, type PolicyInForce } from "../../domain/policy/policy.ts";
import { SEVERITIES, targetWords } from "../../domain/policy/terms.ts";
import { percent } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { hasPolicyFile, whatIsInForce } from "../model/standing.ts";
import { FactRow, Row, type Scene, treeItem } from "./row.ts";

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
      command: {
        title: exists ? "Open Policy" : "Create Policy",
        command: commandId(exists ? "openPolicy" : "createPolicy"),
        arguments: [{ root: this.#root }],
      },
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
      const description = targetWords(policy.targets, severity) || "no clock";
      rows.push(new FactRow(`${this.id}/${severity}`, { label: severity, description, icon: "target" }));
    }
    const { calendar, warnAt } = policy;
    const hours =
      calendar === "always" ? "around the clock" : `working hours, ${plainText(calendar.timeZone)}`;
    rows.push(
      new FactRow(`${this.id}/calendar`, { label: "calendar", description: hours, icon: "calendar" }),
    );
    const shares = warnAt.map((share) => percent(share)).join(", ") || "never";
    rows.push(new FactRow(`${this.id}/warnAt`, { label: "warnings at", description: shares, icon: "bell" }));
    return rows;
  }
}

const ICONS: Record<Standing["state"], string> = {
  "in-step": "cloud",
  ahead: "cloud-upload",
  behind: "cloud-download",
  diverged: "cloud",
  none: "circle-slash",
  unknown: "cloud",
  unreachable: "warning",
};

/** How the ledger here stands to the team's, and whether somebody touched what was on record. */
export class LedgerRow extends Row {
  readonly #standing: Standing;
  readonly #warnings: readonly string[];
  readonly #root: string;

  constructor(
    id: string,
    { project }: Scene,
    reading: Parameters<typeof historyWarnings>[0] & Pick<Reading, "standing">,
  ) {
    super(id);
    this.#standing = reading.standing;
    this.#warnings = historyWarnings(reading);
    this.#root = project.project.root;
  }

  override get root(): string {
    return this.#root;
  }

  item() {
    const { state } = this.#standing;
    const words = standingWords(this.#standing);
    return treeItem(this.id, {
      label: "Ledger",
      description: [...this.#warnings.slice(0, 1), words].join("; "),
      icon: this.#warnings.length > 0 ? "warning" : ICONS[state],
      color: state === "unreachable" || this.#warnings.length > 0 ? "list.warningForeground" : undefined,
      tooltip: `${this.#warnings.map((each) => `Warning: ${each}.\n`).join("")}The record of every event, ${words}.\n${TELLING[state] ?? "It lives in git, and nothing of it is ever taken away."}`,
      context: ["ledger", state],
      ...(state === "none"
        ? {}
        : {
            command: {
              title: "Sync Ledger",
              command: commandId("syncLedger"),
              arguments: [{ root: this.#root }],
            },
          }),
    });
  }
}

const TELLING: Partial<Record<Standing["state"], string>> = {
  unreachable: "What is entered is on record here, and is shared as soon as the remote answers.",
  none: "This clone has no remote, or the policy shares the ledger with nobody (ledger.remote: null).",
};
