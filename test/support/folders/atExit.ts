// Mocha keeps whole stacks: where a parser is a thousand calls deep, each error that it catches itself takes seconds.
Error.stackTraceLimit = 50;

/** What is cleaned up at some end; the newest first: a process stops before the folder that it writes to is removed. */
class Cleanups {
  readonly #pending = new Set<() => void>();

  /** @returns The way to take it back. */
  add(cleanup: () => void): () => void {
    // A wrapper of its own, since the same function may be given twice.
    const own = () => cleanup();
    this.#pending.add(own);
    return () => void this.#pending.delete(own);
  }

  run(): void {
    const all = [...this.#pending].reverse();
    this.#pending.clear();
    for (const cleanup of all) {
      try {
        cleanup();
      } catch {
        // One cleanup that fails must not keep the others from running.
      }
    }
  }
}

const ofProcess = new Cleanups();
const ofTests = new Cleanups();
let isListening = false;

/**
 * Runs `cleanup` when this process exits, and returns the way to take it back. It must be synchronous: nothing
 * asynchronous runs any more by then. Signals are left alone, since a handler would make a process that is stuck in
 * a loop deaf to them; what a killed process leaves behind is ended by serverGuard.ts and swept by freshFolder.ts.
 */
export function atExit(cleanup: () => void): () => void {
  listen();
  return ofProcess.add(cleanup);
}

/**
 * Runs `cleanup`, which must be synchronous, when the tests of a file have ended: a worker that runs many files is
 * killed a second after its last one, and would not get through what all of them left until then. Where no tests
 * run, and where several files run as one, it is at exit.
 */
export function afterTests(cleanup: () => void): void {
  listen();
  ofTests.add(cleanup);
}

/** Loaded by mocha for each of its processes; in a parallel run the hook runs after each file. */
export const mochaHooks = {
  afterAll(): void {
    ofTests.run();
  },
};

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.once("exit", () => {
    ofTests.run();
    ofProcess.run();
  });
}
