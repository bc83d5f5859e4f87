import assert from "node:assert/strict";
import type { SecretStorage } from "vscode";
import { secretsInForce } from "../../../../src/app/updates/secretsInForce.ts";
import type { PolicyInForce } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { SignalSecrets } from "../../../../src/editor/model/signalSecrets.ts";

const TEAM = "https://prom.example.com";
const EVIL = "https://evil.example.com";

/** The policy in force of a folder, which reads a signal of this server with the secret `team`. */
function folderOf(url: string, source: PolicyInForce["source"] = "branch") {
  const text = `version: 1\nsignals: [ { name: errors, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1" } ]\n`;
  const inForce = { policy: readPolicy(text).policy!, source, path: "", problems: [] };
  return { policy: async (): Promise<PolicyInForce> => inForce };
}

/** The editor's store, one for all its windows and folders, which outlives them. */
function storage(): SecretStorage {
  const kept = new Map<string, string>();
  const store = {
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
    keys: async () => [...kept.keys()],
    onDidChange: () => ({ dispose: () => {} }),
  };
  return store as unknown as SecretStorage;
}

describe("secrets in the editor's store", () => {
  const kept = storage();
  const ask = (folder: ReturnType<typeof folderOf>, origin: string) =>
    // Made anew, as after a reload of the window.
    secretsInForce(folder, new SignalSecrets(kept).read)("team", origin);

  before(async () => {
    await new SignalSecrets(kept).set({ name: "team", origin: TEAM }, "s3cret");
  });

  it("are read for the server that they were entered for", async () => {
    assert.equal(await ask(folderOf(`${TEAM}/prometheus`), TEAM), "s3cret");
  });

  it("are not read for another folder that names one of the same name at its own server", async () => {
    assert.equal(await ask(folderOf(EVIL), EVIL), null);
    await assert.rejects(ask(folderOf(EVIL), TEAM), /does not send it to this address/);
  });

  it("are not read for another port, scheme or host that looks like it", async () => {
    for (const url of [
      `${TEAM}:8443`,
      "http://prom.example.com",
      "https://prom.example.com.evil.example",
      "https://prom.example.com@evil.example",
      "https://PROM.example.com.:443",
    ]) {
      const { policy } = readPolicy(
        `version: 1\nsignals: [ { name: e, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1" } ]\n`,
      );
      // Some are refused as an address already.
      if (policy) assert.equal(await ask(folderOf(url), new URL(url).origin), null, url);
    }
  });

  it("are not read for a policy that is not on the release branch", async () => {
    for (const source of ["work-tree", "defaults"] as const)
      await assert.rejects(ask(folderOf(TEAM, source), TEAM), /is not read/);
  });
});
