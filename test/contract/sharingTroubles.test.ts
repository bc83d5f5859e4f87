import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { RemoteLedger } from "../../src/ledger/remoteLedger.ts";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import { smallDisk } from "../support/hostile/smallDisk.ts";
import { makeTeam, plantHook, type Teammate } from "../support/people/team.ts";
import { LEDGER_REF } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

describe("sharing the ledger with a remote", () => {
  let a: Teammate;
  let bare: ReturnType<typeof makeTeam>["bare"];
  beforeEach(async () => {
    const team = makeTeam(1);
    a = team.mates[0]!;
    bare = team.bare;
    await a.ledger.append([stored()]);
  });

  /** Fails with a reason, keeps what is here, and can go on afterwards. */
  async function fails(reason: RegExp, remote = a.remote): Promise<void> {
    const before = a.head;
    for (const how of ["sync", "share"] as const) {
      const result = await remote[how]();
      assert.equal(result.state, "unreachable");
      assert.match(result.reason!, reason);
      assert.doesNotMatch(result.reason!, /secret/);
    }
    assert.equal(a.head, before);
    assert.equal((await a.ledger.read()).events.length, 1);
  }

  async function recovers(): Promise<void> {
    assert.deepEqual((await a.remote.sync()).state, "in-step");
    assert.equal(bare.git("rev-parse", LEDGER_REF), a.head);
  }

  it("that refuses everything", async () => {
    plantHook(bare, "pre-receive", "echo >&2 'not today'; exit 1");
    await fails(/^pre-receive hook declined: not today$/);
    plantHook(bare, "pre-receive", "exit 0");
    await recovers();
  });

  it("whose disk is full", async function () {
    const disk = smallDisk();
    if (disk === null) return this.skip();
    try {
      const away = join(disk.path, "remote.git");
      a.repository.git("init", "-q", "--bare", away);
      a.repository.git("remote", "set-url", "origin", away);
      const filler = join(disk.path, "filler");
      assert.throws(() => {
        for (;;) writeFileSync(filler, Buffer.alloc(1024), { flag: "a" });
      }, /ENOSPC/);
      const { state, reason } = await a.remote.share();
      assert.equal(state, "unreachable");
      assert.match(reason!, /No space left|unable to|unpack|remote end hung up|pack/i);
      assert.equal((await a.ledger.read()).events.length, 1);
      rmSync(filler);
      assert.equal((await a.remote.sync()).state, "in-step");
      assert.equal(a.repository.git("--git-dir", away, "rev-parse", LEDGER_REF), a.head);
      assert.equal(a.repository.git("--git-dir", away, "fsck", "--strict", "--no-dangling"), "");
    } finally {
      disk.remove();
    }
  });

  it("that may write no file of any size, as with a quota that is used up", async () => {
    const server = join(temporaryFolder(), "receive-pack");
    writeFileSync(server, '#!/bin/sh\nulimit -f 0\nexec git-receive-pack "$@"\n');
    chmodSync(server, 0o755);
    a.repository.git("config", "remote.origin.receivepack", server);
    await fails(/unpack|index-pack|hung up|too large|unable to/i);
    a.repository.git("config", "--unset", "remote.origin.receivepack");
    await recovers();
  });

  it("that is pushed to at another address than it is fetched from: it is looked for where it is written", async () => {
    const mirror = a.repository.clone("mirror.git", "--bare");
    a.repository.git("remote", "set-url", "origin", mirror.dir);
    a.repository.git("remote", "set-url", "--push", "origin", bare.dir);
    const { state, pushed, rewound } = await a.remote.share();
    assert.deepEqual({ state, pushed, rewound }, { state: "in-step", pushed: 1, rewound: false });
    for (let i = 0; i < 2; i++) {
      const again = await a.remote.sync();
      assert.deepEqual([again.state, again.fetched, again.pushed, again.rewound], ["in-step", 0, 0, false]);
    }
    assert.equal(bare.git("rev-parse", LEDGER_REF), a.head);
  });

  it("that is gone", async () => {
    const moved = `${bare.dir}.away`;
    a.repository.git("remote", "set-url", "origin", `file://${moved}`);
    await fails(/does not appear to be a git repository|does not exist/);
    a.repository.git("remote", "set-url", "origin", bare.dir);
    await recovers();
    rmSync(bare.dir, { recursive: true });
    assert.equal((await a.remote.sync()).state, "unreachable");
  });

  it("whose name or address git cannot find, without telling the password", async () => {
    a.repository.git("remote", "set-url", "origin", "https://me:secret@no-such-host.invalid/x.git");
    await fails(/unable to access|not resolve/i);
    for (const name of ["--upload-pack=touch x", "../evil", "nobody", "a b", ""]) {
      const other = new RemoteLedger(a.repository.product(), name);
      assert.equal((await other.sync()).state, "none", name);
    }
  });

  it("that takes long to say what it is doing, or hangs", async () => {
    const server = await silentServer();
    try {
      const { port } = server.address() as { port: number };
      a.repository.git("remote", "set-url", "origin", `git://127.0.0.1:${port}/x.git`);
      const remote = new RemoteLedger(a.repository.product(), "origin", { timeoutMs: 400 });
      const began = performance.now();
      await fails(/^no answer for 0\.4 s$/, remote);
      assert.ok(performance.now() - began < 5_000);
    } finally {
      server.close();
    }
  });

  it("that hangs behind programs which git has started, and leaves none of them waiting for long", async () => {
    const folder = temporaryFolder();
    const ssh = join(folder, "ssh");
    writeFileSync(ssh, "#!/bin/sh\nexec sleep 20.71\n");
    chmodSync(ssh, 0o755);
    a.repository.git("remote", "set-url", "origin", "ssh://nobody@127.0.0.1/x.git");
    a.repository.git("config", "core.sshCommand", ssh);
    const began = performance.now();
    await fails(
      /^no answer for 0\.4 s$/,
      new RemoteLedger(a.repository.product(), "origin", { timeoutMs: 400 }),
    );
    assert.ok(performance.now() - began < 5_000, `${performance.now() - began}`);
    const left = spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).stdout;
    if (left) assert.doesNotMatch(left, / sleep 20\.71$/m);
  });

  it("that wants a password: nobody is asked", async () => {
    const folder = temporaryFolder();
    const asker = join(folder, "ask");
    writeFileSync(asker, `#!/bin/sh\ntouch '${join(folder, "asked")}'\necho secret\n`);
    chmodSync(asker, 0o755);
    const server = await unauthorizedServer();
    try {
      const { port } = server.address() as { port: number };
      a.repository.git("remote", "set-url", "origin", `http://127.0.0.1:${port}/x.git`);
      const environment = { ...a.repository.environment, GIT_ASKPASS: asker, SSH_ASKPASS: asker };
      delete (environment as NodeJS.ProcessEnv).CI;
      const git = a.repository.product().with({ environment });
      await fails(/could not read Username|terminal prompts disabled/, new RemoteLedger(git, "origin"));
      assert.throws(() => chmodSync(join(folder, "asked"), 0o600), "nobody was asked");
    } finally {
      server.close();
    }
  });

  it("reached by ssh: it is told to ask nobody, unless the person has a way of their own", async () => {
    const folder = temporaryFolder();
    const ssh = join(folder, "ssh");
    writeFileSync(ssh, '#!/bin/sh\necho "called with $*" >&2\nexit 1\n');
    chmodSync(ssh, 0o755);
    a.repository.git("remote", "set-url", "origin", "ssh://nobody@127.0.0.1/x.git");
    const PATH = `${folder}:${process.env.PATH}`;
    const git = a.repository.product().with({ environment: { ...a.repository.environment, PATH } });
    await fails(/called with .*BatchMode=yes/, new RemoteLedger(git, "origin"));
    a.repository.git("config", "core.sshCommand", `${ssh} -own`);
    await fails(/called with -own (?!.*BatchMode)/, new RemoteLedger(git, "origin"));
  });

  it("that loses every race gives up in the end", async () => {
    const busy = new RemoteLedger(a.repository.product(), "origin", { tries: 3 });
    // As if another push held the ref each time.
    bare.git("update-ref", "refs/dropclock/other", "main");
    const lock = join(bare.dir, `${LEDGER_REF}.lock`);
    writeFileSync(lock, "");
    assert.match(
      (await busy.sync()).reason!,
      /^others were faster 3 times: (failed to|cannot lock|incorrect)/,
    );
    rmSync(lock);
    await recovers();
  });
});

function silentServer(): Promise<Server> {
  const server = createServer((socket) => void socket.on("error", () => {}));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function unauthorizedServer(): Promise<Server> {
  const answer =
    'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
  const server = createServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end(answer));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
