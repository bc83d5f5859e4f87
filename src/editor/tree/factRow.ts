import { type Looks, Row, treeItem } from "./row.ts";

/** A row that only tells something, with nothing below it. */
export class FactRow extends Row {
  readonly #looks: Looks;

  constructor(id: string, looks: Looks) {
    super(id);
    this.#looks = looks;
  }

  item() {
    return treeItem(this.id, this.#looks);
  }
}
