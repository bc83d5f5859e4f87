import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { remoteAddresses } from "../git/remote.ts";
import type { Repository } from "../git/repository.ts";

/**
 * A clock that was given in place of the machine's (`DROPCLOCK_CLOCK`) is for tests. What was entered by it says so,
 * and never leaves for anything but a local path: a ledger that holds such an entry is marked.
 */
const markOf = ({ commonDir }: Repository) => join(commonDir, "dropclock", "clock-given");

/** To be called before something is entered by a given clock. @throws {HumanError} where others would get it. */
export async function markGivenClock(repository: Repository, remote: string | null): Promise<void> {
  if (remote !== null && !(await isLocal(repository, remote)))
    throw new HumanError(
      "usage",
      `DROPCLOCK_CLOCK is for tests, and the ledger here is shared with ${plainText(remote, 60)}, which is no local path; nothing was entered: unset it.`,
    );
  const mark = markOf(repository);
  await mkdir(join(mark, ".."), { recursive: true });
  await writeFile(mark, "Entries of this ledger were made by a given clock (DROPCLOCK_CLOCK).\n");
}

/** Why the ledger must not go to a remote; null where it may. */
export async function givenClockRefusal(repository: Repository, remote: string): Promise<string | null> {
  if (!existsSync(markOf(repository)) || (await isLocal(repository, remote))) return null;
  return "it holds entries made under DROPCLOCK_CLOCK, which are for tests and go to local paths only";
}

async function isLocal({ git }: Repository, remote: string): Promise<boolean> {
  const addresses = await remoteAddresses(git, remote);
  return addresses.every(
    (address) => /^file:\/\//i.test(address) || !/^[a-z][a-z\d+.-]+:|^[^/\\]+:(?!\\)/i.test(address),
  );
}
