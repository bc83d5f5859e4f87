import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NOBODY = 65_534;

/** Takes the right to write away from everything below a folder, does the work, and gives it back. */
export async function whileReadOnly(folder: string, work: () => Promise<void>): Promise<void> {
  const everything = [
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  ];
  const modes = everything.map((path) => lstatSync(path).mode);
  for (const path of everything) chmodSync(path, lstatSync(path).mode & ~0o222);
  try {
    await work();
  } finally {
    everything.forEach((path, i) => {
      chmodSync(path, modes[i]!);
    });
  }
}

/** Does the work as a user whom permissions bind. For root they do not count, so it is nobody for the while. */
export async function asOrdinaryUser(home: string, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  giveTo(NOBODY, home);
  process.seteuid!(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid!(0);
    giveTo(0, home);
  }
}

function giveTo(user: number, home: string): void {
  for (const name of ["", ...readdirSync(home, { recursive: true })])
    chownSync(join(home, String(name)), user, user);
}
