import { posixBaseName } from "./text/repositoryPath.ts";

/**
 * The base name that a test shares with what it tests, in lower case: `cart` for `cart.ts`, `cart.test.ts`,
 * `cart_test.go`, `test_cart.py` and `CartTests.java`.
 */
export function stemOf(path: string): string {
  const whole = posixBaseName(path);
  const dot = whole.indexOf(".", 1);
  const name = dot < 0 ? whole : whole.slice(0, dot);
  const bare = name
    .replace(/^tests?[_-](?=.)/i, "")
    .replace(/(?<=.)[_-](?:tests?|specs?)$/i, "")
    .replace(/(?<=[a-z0-9])(?:Tests?|Specs?|IT)$/, "");
  return bare.toLowerCase();
}
