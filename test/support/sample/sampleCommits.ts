import * as documents from "./sampleDocuments.ts";
import { firstSamplePolicy, samplePolicy } from "./samplePolicy.ts";
import * as sources from "./sampleSources.ts";

export type Author = "ana" | "bo" | "cy";

export type SampleCommit = {
  author: Author;
  /** How long before its drop shipped. */
  hoursBefore: number;
  message: string;
  files: Record<string, string>;
};

export type SampleDrop = { tag: string; message: string; commits: SampleCommit[] };

const DAY = 24;

/** Five weekly drops of a small service; the last one brings the fault that the open incident is about. */
export function sampleDrops(closedIncident: string): SampleDrop[] {
  return [
    drop("drop-1", "Drop 1: carts", [
      commit("ana", 5 * DAY, "chore: start the service", {
        "package.json": sources.packageJson,
        "README.md": sources.readme,
        ".gitignore": "node_modules/\n",
      }),
      commit("ana", 3 * DAY, "feat(cart): add up the lines of a cart", { "src/cart.js": sources.cart }),
      commit("bo", 2 * DAY, "test(cart): an empty cart costs nothing", {
        "test/cart.test.js": sources.cartTest,
      }),
      commit("cy", 3, "docs: promise a service level", { ".dropclock/policy.yaml": firstSamplePolicy }),
    ]),
    drop("drop-2", "Drop 2: orders are kept", [
      commit("bo", 5 * DAY, "feat(orders): a table for orders", {
        "migrations/001_orders.sql": sources.ordersTable,
      }),
      commit("bo", 4 * DAY, "feat(orders): place an order", { "src/orders.js": sources.ordersPlain }),
      commit("ana", 2 * DAY, "feat(tax): know the tax of a country", { "src/tax.js": sources.tax }),
      commit("cy", 5, "docs: how the service is put together", {
        "docs/architecture.md": documents.architecture,
      }),
    ]),
    drop("drop-3", "Drop 3: payments", [
      commit("ana", 4 * DAY, "feat(orders): add the tax to an order", {
        "src/orders.js": sources.ordersTaxed,
      }),
      commit("bo", 3 * DAY, "feat(payment): a way to try again", { "src/retry.js": sources.retryAtOnce }),
      commit("cy", 1 * DAY, "feat(payment): take the payment", { "src/payment.js": sources.payment }),
      commit("cy", 2, "docs: a changelog", { "CHANGELOG.md": documents.changelog("drop-3") }),
    ]),
    drop("drop-4", "Drop 4: calmer retries", [
      commit("bo", 6.5 * DAY, "fix(payment): wait between two tries", {
        "src/retry.js": sources.retryWithPause,
      }),
      commit("cy", 5 * DAY, "docs: post-mortem of the slow checkout", {
        [`docs/postmortems/${closedIncident}.md`]: documents.postmortem(closedIncident),
      }),
      commit("ana", 2 * DAY, "test(tax): Norway pays a quarter", { "test/tax.test.js": sources.taxTest }),
      commit("ana", 6, "docs: drop 4 in the changelog, and a release council", {
        "CHANGELOG.md": documents.changelog("drop-4"),
        ".dropclock/policy.yaml": samplePolicy,
      }),
    ]),
    drop("drop-5", "Drop 5: discounts", [
      commit("cy", 4 * DAY, "feat(discounts): a table for discount codes", {
        "migrations/002_discounts.sql": sources.discountsTable,
      }),
      commit("cy", 3 * DAY, "feat(flags): a flag for the new checkout", {
        "flags.flagd.json": sources.flags,
      }),
      commit("bo", 1 * DAY, "feat(discounts): take the discount off an order", {
        "src/orders.js": sources.ordersDiscounted,
      }),
      commit("ana", 1, "docs: drop 5 in the changelog", { "CHANGELOG.md": documents.changelog("drop-5") }),
    ]),
  ];
}

function drop(tag: string, message: string, commits: SampleCommit[]): SampleDrop {
  return { tag, message, commits };
}

function commit(
  author: Author,
  hoursBefore: number,
  message: string,
  files: Record<string, string>,
): SampleCommit {
  return { author, hoursBefore, message, files };
}
