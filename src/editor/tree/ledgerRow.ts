import type { Reading } from "../../app/project.ts";
import type { Standing } from "../../app/sharing.ts";
import { historyWarnings, standingWords } from "../../app/sharingWords.ts";
import { Row, type Scene, treeItem } from "./row.ts";

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
    });
  }
}

const TELLING: Partial<Record<Standing["state"], string>> = {
  unreachable: "What is entered is on record here, and is shared as soon as the remote answers.",
  none: "This clone has no remote, or the policy shares the ledger with nobody (ledger.remote: null).",
};
