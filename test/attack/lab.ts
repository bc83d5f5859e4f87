import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { StoredEvent } from "../../src/domain/event/event.ts";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { newEventId } from "../../src/ledger/eventId.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { atExit } from "../support/folders/atExit.ts";
import { SshKeys } from "../support/git/signingKeys.ts";
import type { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { COUNCIL_POLICY, councilTeam, Member } from "../support/people/councilTeam.ts";
import type { RunResult } from "../support/processes/runProcess.ts";
import { LEDGER_REF, plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

export const POLICY = ".dropclock/policy.yaml";
/** One approval is enough, so that an attack needs to forge no more than one. */
export const ONE_VOTE = COUNCIL_POLICY.replace("quorum: 2", "quorum: 1");
export const SIGNED = ONE_VOTE.replace("from: high", "from: high, signed: true");
export const RISKY = { "migrations/1.sql": "alter\n" };
export const ANA = "Ana <ana@example.com>";
export const MAL = "Mal <mal@evil.example>";
/** Blocked for want of an approval. */
export const UNAPPROVED = /council approval|approval of the council/;
export const GITHUB = { GITHUB_ACTIONS: "true", CI: "true" };

/** A team with a remote, and Mal, who may push what the attack needs; `ran` exists once a command of theirs ran. */
export class Lab {
  readonly bare: TemporaryRepository;
  readonly mal: Member;
  /** Mal's clone, in which the attack is prepared. */
  readonly clone: TemporaryRepository;
  readonly ran: string;
  readonly commit: (files: Record<string, string>) => string;
  readonly member: (name: string, environment?: NodeJS.ProcessEnv) => Member;
  #clones = 0;

  constructor(policy = ONE_VOTE) {
    const { bare, di, member, commit } = councilTeam(policy);
    this.bare = bare;
    this.clone = di.repository;
    this.mal = new Member("Mal", di.repository, {
      GIT_AUTHOR_EMAIL: "mal@evil.example",
      GIT_COMMITTER_EMAIL: "mal@evil.example",
    });
    this.ran = join(bare.dir, "..", "ran");
    this.commit = commit;
    this.member = member;
  }

  /** What a pipeline sees that has never seen anything of this. */
  pipeline(environment: NodeJS.ProcessEnv = {}): Member {
    return this.member(`Ci${++this.#clones}`, environment);
  }

  /** Puts an entry into the remote's ledger, by Mal's hand unless another's name is put on the commit. */
  plant(event: Partial<StoredEvent>, hand = MAL): StoredEvent {
    const now = Date.now();
    const at = new Date(now).toISOString();
    const whole = stored({ id: newEventId(now), at, recorded: at, by: MAL, data: {}, ...event });
    plantEntries(this.bare, { [eventPath(whole)]: encodeEvent(whole) }, hand);
    return whole;
  }

  ledger(): string {
    return this.bare.git("rev-parse", LEDGER_REF);
  }

  /** Whether what was planted ran; the evidence, or null. */
  ranNothing(): string | null {
    return existsSync(this.ran) ? "a command of theirs ran" : null;
  }
}

/** A lab whose next drop is risky and waits for an approval. */
export function riskyLab(policy = ONE_VOTE): { lab: Lab; tip: string } {
  const lab = new Lab(policy);
  return { lab, tip: lab.commit(RISKY) };
}

/** What an approval of a risky drop says of it. */
export function votedFor({ clone }: Lab): Record<string, unknown> {
  return { level: "high", reasons: ["schema change"], base: clone.git("rev-parse", "drop-1^{commit}") };
}

/** Three people who sign, and a way to make others that know the team's signers. */
export function signing(lab: Lab) {
  const keys = new SshKeys();
  const knows = (member: Member, key: string | null = null) => {
    const { repository } = member;
    repository.git("config", "gpg.format", "ssh");
    repository.git("config", "gpg.ssh.allowedSignersFile", keys.allowedSigners);
    if (key !== null) repository.git("config", "user.signingKey", key);
    return member;
  };
  const person = (name: string) => knows(lab.member(name), keys.make(`${name.toLowerCase()}@example.com`));
  return { keys, knows, person, pipeline: () => knows(lab.pipeline()) };
}

/**
 * @param because What has to be among the reasons, so that it is not blocked by chance.
 * @returns Null where the gate is blocked.
 */
export async function gateIsBlocked(
  member: Member,
  because: RegExp,
  ...args: string[]
): Promise<string | null> {
  const { code, stdout, stderr } = await member.run("gate", ...args, "--json");
  if (code === 0) return `dropclock gate ${args.join(" ")} is open: ${stdout.slice(0, 300)}`;
  if (code !== 1) {
    if (because.test(stderr)) return null;
    throw new Error(`gate exits ${code}: ${stderr}`);
  }
  const { open, reasons } = JSON.parse(stdout) as { open: boolean; reasons: { text: string }[] };
  if (open) return "exit 1, but open: true";
  const text = reasons.map((reason) => reason.text).join("\n");
  if (!because.test(text)) throw new Error(`blocked, but for another reason: ${text}`);
  return null;
}

/** The control of the rows above: what is honest passes. */
export async function gateIsOpen(member: Member, ...args: string[]): Promise<string | null> {
  const { code, stdout, stderr } = await member.run("gate", ...args);
  return code === 0 ? null : `exit ${code}: ${stdout}${stderr}`;
}

/** @returns The result, for a command that has to end in one of these ways. */
export function expectCode(result: RunResult, ...codes: number[]): RunResult {
  if (codes.includes(result.code)) return result;
  throw new Error(`exit ${result.code}, not ${codes.join(" or ")}: ${result.stderr || result.stdout}`);
}

/** All but tab and line feed, and the invisible ones that turn or hide text. */
const CONTROLS = /(?![\t\n])[\p{Cc}\p{Cf}]/u;

/** How the command line folds what it prints on GitLab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters
const OWN_SECTION = /^\u001b\[0Ksection_(?:start|end):\d+:dropclock_\w+\r\u001b\[0K/gm;

/** What a terminal or a runner would obey in an output; null where there is nothing. */
export function obeyed({ stdout, stderr }: Pick<RunResult, "stdout" | "stderr">): string | null {
  // The command line itself tells the runner to take no commands for a while, by a word that nobody can guess.
  const text = `${stdout}\n${stderr}`
    .replace(/^::(?:stop-commands::)?[0-9a-f-]{36}(?:::)?$/gm, "")
    .replace(OWN_SECTION, "");
  const control = CONTROLS.exec(text);
  if (control)
    return `control character ${JSON.stringify(control[0])} in ${JSON.stringify(around(text, control.index))}`;
  const command = /^\s*::(?!error|warning|notice|group::|endgroup::)[\w-]+|##\[/m.exec(text);
  return command ? `command of the run in ${JSON.stringify(around(text, command.index))}` : null;
}

const around = (text: string, at: number) => text.slice(Math.max(0, at - 40), at + 60);

/** A server on loopback that keeps what it was asked. */
export async function listening(answer: RequestListener) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  atExit(stop);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, stop };
}

/** The answer of a Prometheus whose every signal is breached. */
export const BREACHED: RequestListener = (_, response) => {
  const data = { resultType: "vector", result: [{ metric: {}, value: [0, "9"] }] };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ status: "success", data }));
};

/** A policy that reads a signal with a secret, and undoes the drop by a command of its own. */
export const acting = (url: string, ran: string) => `version: 1
targets: { critical: { detect: 52w } }
signals:
  - { name: errors, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1", for: 0s, every: 1s, then: rollback }
rollback: { checks: ["touch ${ran}"], steps: [ { run: "touch ${ran}" } ] }
`;
