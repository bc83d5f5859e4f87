import { setTimeout as delay } from "node:timers/promises";

/**
 * Repeats `check` until it no longer throws and gives what it returned; at the deadline the last failure is thrown.
 * For everything that becomes true a little later: no test ever sleeps for a guessed time.
 */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}
