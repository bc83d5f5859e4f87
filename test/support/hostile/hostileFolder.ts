import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../../src/ledger/codec.ts";
import { eventPath } from "../../../src/ledger/eventPath.ts";
import { stored } from "../record/storedEvents.ts";
import { sampleGit } from "../sample/sampleGit.ts";
import { makeSampleRepository } from "../sample/sampleRepository.ts";
import {
  HOSTILE_ID,
  HOSTILE_SECRET,
  HOSTILE_TITLE,
  type HostilePlaces,
  hostilePlaces,
} from "./hostilePlaces.ts";

/**
 * The sample, within the watch window of its newest drop, with a branch of an attacker's checked out: its policy reads
 * their server with the secret of the team's and undoes by commands of theirs, its templates and documents are links, and the ledger
 * holds an incident of theirs.
 */
export async function hostileFolder(dir: string, url: string, teamUrl: string): Promise<HostilePlaces> {
  const places = hostilePlaces(dir);
  await makeSampleRepository(dir, new Date());
  const git = (...args: string[]) => sampleGit(dir, args);
  appendFileSync(
    join(dir, ".dropclock/policy.yaml"),
    `signals: [ { name: team errors, prometheus: { url: "${teamUrl}", query: up, auth: { bearer: team } }, breach: "> 1", for: 0s, every: 1s, then: notify } ]\n`,
  );
  await git("commit", "--quiet", "-am", "chore: read a signal");
  await git("push", "--quiet", "origin", "main");
  await git("checkout", "--quiet", "-b", "feature", "main~1");
  writeFileSync(places.secret, `# ${HOSTILE_SECRET}\ntoken: ${HOSTILE_SECRET}\n- [ ] ${HOSTILE_SECRET}\n`);
  appendFileSync(
    join(dir, ".dropclock/policy.yaml"),
    `signals:
  - { name: errors, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1", for: 0s, every: 1s, then: rollback }
rollback: { checks: ["touch '${places.ran}'"], steps: [ { run: "touch '${places.ran}'" } ] }
updates: { channels: [ { name: page, webhook: { url: "${url}", secret: team, body: '{ "m": {{ text }} }' } } ] }
`,
  );
  mkdirSync(join(dir, ".dropclock/templates"), { recursive: true });
  symlinkSync(places.secret, join(dir, ".dropclock/templates/runbook.md"));
  const script = `#!/bin/sh\ntouch '${places.ran}'\n`;
  for (const hook of ["reference-transaction", "post-checkout", "pre-push", "post-commit"]) {
    mkdirSync(join(dir, ".husky"), { recursive: true });
    writeFileSync(join(dir, ".husky", hook), script);
    chmodSync(join(dir, ".husky", hook), 0o755);
  }
  await git("add", "-A");
  await git("commit", "--quiet", "-m", "fix: typo");
  const data = { title: HOSTILE_TITLE, severity: "critical", drop: "drop-5", kind: "real" };
  const at = new Date(Date.now() - 60_000).toISOString();
  const event = stored({ subject: `incident/${HOSTILE_ID}`, type: "opened", data, at, recorded: at });
  await plant(dir, eventPath(event), encodeEvent(event));
  mkdirSync(places.path);
  writeFileSync(
    join(places.path, "git"),
    `#!/bin/sh\necho "$@" >>'${places.calls}'\nPATH="\${PATH#*:}" exec git "$@"\n`,
  );
  chmodSync(join(places.path, "git"), 0o755);
  // The last of all, so that no hook of theirs runs for what is done here.
  await git("config", "core.hooksPath", ".husky");
  return places;
}

async function plant(dir: string, path: string, entry: string): Promise<void> {
  const head = `commit refs/dropclock/ledger\ncommitter Mal <mal@evil.example> 1790000000 +0000\ndata 1\nx\nfrom refs/dropclock/ledger^0\n`;
  const file = `M 100644 inline ${path}\ndata ${Buffer.byteLength(entry)}\n${entry}\n`;
  await sampleGit(dir, ["fast-import", "--quiet"], head + file);
}
