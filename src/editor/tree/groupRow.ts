import { type Looks, Row, treeItem } from "./row.ts";

/** A heading with rows below it, which are made when it is opened. */
export class GroupRow extends Row {
  readonly #looks: Looks;
  readonly #make: () => Row[] | Promise<Row[]>;

  constructor(id: string, looks: Looks, make: () => Row[] | Promise<Row[]>) {
    super(id);
    this.#looks = { state: "collapsed", ...looks };
    this.#make = make;
  }

  item() {
    return treeItem(this.id, this.#looks);
  }

  protected override build() {
    return this.#make();
  }
}
