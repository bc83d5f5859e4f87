import { closeSync, openSync } from "node:fs";
import { HumanError } from "../../../src/domain/text/humanError.ts";
import { Git } from "../../../src/git/git.ts";

/**
 * Opens files until no more can be opened, and starts git with room for one more, for two, and so on up to what its
 * output and its pipes need. Prints how it went each time, and the room before and after.
 */
function main(): void {
  const open = () => openSync(process.execPath, "r");
  const fill = () => {
    const files: number[] = [];
    try {
      for (;;) files.push(open());
    } catch {
      return files;
    }
  };
  const room = () => {
    const files = fill();
    for (const file of files) closeSync(file);
    return files.length;
  };
  const held = fill();
  const tries = [1, 2, 3, 4, 5].map((wanted) => {
    closeSync(held.pop()!);
    return { wanted, before: room(), outcome: startGit(), after: room() };
  });
  for (const file of held) closeSync(file);
  process.stdout.write(JSON.stringify(tries));
}

function startGit(): string {
  try {
    new Git(".", { timeoutMs: 100 }).open(["version"], () => {}, { spooled: true });
    return "started";
  } catch (error) {
    return error instanceof HumanError ? error.message : String(error);
  }
}

main();
