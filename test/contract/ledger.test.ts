import { GitLedger } from "../../src/ledger/gitLedger.ts";
import { MONDAY, TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { plantEntries, plantEntry } from "../support/record/ledgerHand.ts";
import { MemoryLedger, MemoryStore } from "../support/record/memoryLedger.ts";
import { HAND, ledgerContract } from "./ledger.contract.ts";

ledgerContract("in memory", () => {
  const store = new MemoryStore();
  return {
    open: () => new MemoryLedger({ store }),
    plant: (path, bytes) => store.put(path, Buffer.from(bytes), HAND),
    remove: (path) => store.remove(path),
  };
});

ledgerContract("git", () => {
  const repository = TemporaryRepository.make();
  return {
    open: () => new GitLedger(repository.product(), { now: () => MONDAY }),
    plant: (path, bytes) => plantEntry(repository, path, bytes),
    remove: (path) => plantEntries(repository, { [path]: null }),
  };
});
