import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atExit } from "./atExit.ts";
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

  constructor() {
    // A socket's path may have 108 characters at most.
    const home = temporaryFolder("gpg");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.environment = { ...process.env, GNUPGHOME: home };
    atExit(() => spawnSync("gpgconf", ["--kill", "all"], { env: this.environment }));
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
}
