// The sample service's files, one constant for each version that a commit brings.

export const packageJson = `{
  "name": "checkout",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`;

export const readme = `# Checkout

Takes a cart, gives an order. One small drop a week, each marked by a tag.
`;

export const cart = `export function subtotal(cart) {
  return cart.lines.reduce((sum, line) => sum + line.price * line.count, 0);
}
`;

export const cartTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { subtotal } from "../src/cart.js";

test("an empty cart costs nothing", () => {
  assert.equal(subtotal({ lines: [] }), 0);
});
`;

export const ordersTable = `CREATE TABLE orders (
  id uuid PRIMARY KEY,
  total_cents integer NOT NULL,
  placed_at timestamptz NOT NULL
);
`;

export const ordersPlain = `import { subtotal } from "./cart.js";

export function placeOrder(cart, store) {
  return store.insert({ total_cents: subtotal(cart) });
}
`;

export const tax = `const RATES = { NO: 0.25, DE: 0.19, FR: 0.2 };

export function tax(cents, country) {
  return Math.round(cents * (RATES[country] ?? 0));
}
`;

export const taxTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { tax } from "../src/tax.js";

test("Norway pays a quarter", () => {
  assert.equal(tax(1000, "NO"), 250);
});
`;

export const ordersTaxed = `import { subtotal } from "./cart.js";
import { tax } from "./tax.js";

export function placeOrder(cart, store) {
  const net = subtotal(cart);
  return store.insert({ total_cents: net + tax(net, cart.country) });
}
`;

export const payment = `import { retry } from "./retry.js";

export async function pay(order, provider) {
  const receipt = await retry(() => provider.charge(order.id, order.total_cents));
  return { ...order, receipt };
}
`;

/** The fault of drop-3: a slow provider is asked again at once. */
export const retryAtOnce = `export async function retry(work, times = 5) {
  for (let left = times; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}
`;

export const retryWithPause = `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function retry(work, times = 3) {
  for (let left = times, pause = 100; ; left--, pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1) throw error;
      await wait(pause);
    }
  }
}
`;

export const discountsTable = `CREATE TABLE discounts (
  code text PRIMARY KEY,
  percent integer NOT NULL CHECK (percent BETWEEN 1 AND 90)
);
`;

/** The fault of drop-5: a cart without a discount has no \`discount.percent\`. */
export const ordersDiscounted = `import { subtotal } from "./cart.js";
import { tax } from "./tax.js";

export function placeOrder(cart, store) {
  const net = subtotal(cart) * (1 - cart.discount.percent / 100);
  return store.insert({ total_cents: net + tax(net, cart.country) });
}
`;

export const flags = `{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "new-checkout": {
      "state": "ENABLED",
      "variants": { "on": true, "off": false },
      "defaultVariant": "on"
    }
  }
}
`;
