import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterTests } from "../folders/atExit.ts";
import { temporaryFolder } from "./temporaryRepository.ts";

function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): void {
  const result = spawnSync(program, args, { env, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${result.stderr || result.error}`);
}

/** Real SSH keys, and the allowed signers that a team agrees on. */
export class SshKeys {
  readonly #folder = temporaryFolder("dropclock-ssh");
  readonly allowedSigners = join(this.#folder, "allowed_signers");

  constructor() {
    writeFileSync(this.allowedSigners, "");
  }

  /** @param allowed Whether the team knows the key as this person's. @returns The path of the private key. */
  make(mail: string, { allowed = true, name = mail } = {}): string {
    const path = join(this.#folder, name.replace(/\W/g, "-"));
    run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", mail, "-f", path]);
    if (allowed) appendFileSync(this.allowedSigners, `${mail} ${readFileSync(`${path}.pub`, "utf8")}`);
    return path;
  }
}

/** A real GnuPG home with keys without a passphrase; its agent ends with the tests. */
export class GpgKeys {
  readonly environment: NodeJS.ProcessEnv;

  /** A home of its own that knows the public keys of others, none of them trusted yet. */
  static knowing(...others: GpgKeys[]): GpgKeys {
    const keys = new GpgKeys();
    for (const { environment } of others) {
      const exported = spawnSync("gpg", ["--batch", "--export"], { env: environment });
      const result = spawnSync("gpg", ["--batch", "--quiet", "--import"], {
        env: keys.environment,
        input: exported.stdout,
      });
      if (result.status !== 0) throw new Error(result.stderr.toString());
    }
    return keys;
  }

  constructor() {
    // A socket's path may have 108 characters at most.
    const home = temporaryFolder("gpg");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.environment = { ...process.env, GNUPGHOME: home };
    afterTests(() => spawnSync("gpgconf", ["--kill", "all"], { env: this.environment }));
  }

  make(identity: string): void {
    const args = [
      "--batch",
      "--quiet",
      "--passphrase",
      "",
      "--quick-generate-key",
      identity,
      "ed25519",
      "sign",
      "never",
    ];
    run("gpg", args, this.environment);
  }

  /** Adds a name to the key of a person, to be named first. */
  addName(mail: string, identity: string): void {
    run(
      "gpg",
      ["--batch", "--quiet", "--passphrase", "", "--quick-add-uid", mail, identity],
      this.environment,
    );
    run("gpg", ["--batch", "--quiet", "--quick-set-primary-uid", mail, identity], this.environment);
  }

  /** Vouches for one name of a key with the key of this home. */
  certify(mail: string, identity: string): void {
    const args = ["--batch", "--yes", "--quiet", "--quick-sign-key", this.fingerprint(mail), identity];
    run("gpg", args, this.environment);
  }

  /** @param level As gpg numbers them: 3 never, 4 marginal, 5 full, 6 ultimate. */
  trust(mail: string, level: 3 | 4 | 5 | 6): void {
    const input = `${this.fingerprint(mail)}:${level}:\n`;
    const result = spawnSync("gpg", ["--batch", "--quiet", "--import-ownertrust"], {
      env: this.environment,
      input,
    });
    if (result.status !== 0) throw new Error(result.stderr.toString());
  }

  fingerprint(mail: string): string {
    const args = ["--batch", "--with-colons", "--list-keys", `<${mail}>`];
    const { stdout } = spawnSync("gpg", args, { env: this.environment, encoding: "utf8" });
    return /^fpr:{9}([0-9A-F]+):/m.exec(stdout)![1]!;
  }
}
