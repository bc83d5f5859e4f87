import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { RemoteLedger, type RemoteLedgerOptions } from "../../../src/ledger/remoteLedger.ts";
import { MONDAY, TemporaryRepository } from "../git/temporaryRepository.ts";
import { LEDGER_REF } from "../record/ledgerHand.ts";

/** One of several clones of one remote, with its ledger. */
export class Teammate {
  readonly repository: TemporaryRepository;
  readonly ledger: GitLedger;
  readonly remote: RemoteLedger;

  constructor(repository: TemporaryRepository, options: RemoteLedgerOptions = {}) {
    this.repository = repository;
    this.ledger = new GitLedger(repository.product(), { now: () => MONDAY });
    this.remote = new RemoteLedger(repository.product(), "origin", { timeoutMs: 10_000, ...options });
  }

  get head(): string {
    return this.repository.git("rev-parse", LEDGER_REF);
  }

  /** Commits in the ledger. */
  get commits(): number {
    return Number(this.repository.git("rev-list", "--count", LEDGER_REF));
  }
}

/** A bare remote and clones of it. */
export function makeTeam(size: number, options: { init?: string[]; remote?: RemoteLedgerOptions } = {}) {
  const first = TemporaryRepository.make({ init: options.init ?? [] });
  first.commit({ "app.txt": "1" });
  const bare = first.clone("team remote.git", "--bare");
  const enlist = (name: string) => new Teammate(bare.clone(name), options.remote);
  return { bare, mates: Array.from({ length: size }, (_, i) => enlist(`clone ${i}`)), enlist };
}

/** Installs a hook of the remote. */
export function plantHook(bare: TemporaryRepository, name: string, script: string): void {
  const folder = join(bare.dir, "hooks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A hook for `update`: branches are protected, everything else may be pushed. */
export const NO_BRANCHES = 'case "$1" in refs/heads/*) echo "branches are protected" >&2; exit 1;; esac';
