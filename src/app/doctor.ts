import { isReleased, type Policy, type PolicyInForce } from "../domain/policy/policy.ts";
import { HumanError } from "../domain/text/humanError.ts";
import type { Anchor, NoAnchor } from "../git/anchor.ts";
import type { Git } from "../git/git.ts";
import { remoteUrl } from "../git/push.ts";
import { accessTo } from "../git/remote.ts";
import type { Repository } from "../git/repository.ts";
import { lookAtRemote } from "../ledger/remoteLedger.ts";
import { secretVariable } from "../signals/secrets.ts";
import { type HookState, readHook } from "./gate/prePushHook.ts";
import type { Project, Reading } from "./project/project.ts";
import { forgeHosts, forgeRepository, tokenFor, tokenVariables } from "./undo/forge.ts";
import { secretOf } from "./updates/channels.ts";

/** A part that could not be looked at, in words of whatever failed. */
export interface Unread {
  failed: string;
}

/** What a clone has of all that Dropclock needs: facts alone, nothing is changed and nothing is sent. */
export interface CloneFacts {
  root: string;
  /** Whether the history was cut when it was cloned. */
  shallow: boolean;
  /** `Name <mail>`; null where git knows none. */
  identity: string | null;
  anchor: Anchor | NoAnchor | Unread;
  /** Null: there is none, or it is not known which. */
  remote: { name: string; answer: "reachable" | Unread } | null;
  policy: PolicyInForce | Unread;
  ledger: Reading | Unread;
  secrets: SecretFacts[];
  /** Whether the policy may read secrets at all: the one of a work tree may not. */
  secretsRead: boolean;
  /** The forge that the undo opens pull requests at, and whether there is a token for it, usually in this variable; null: it opens none. */
  pullRequests: { host: string; variable: string; token: boolean } | null;
  signing: SigningFacts | Unread;
  hook: HookState | Unread;
}

/** A secret by its name; what it is, is never looked at. */
export interface SecretFacts {
  name: string;
  /** The environment variable that holds it. */
  variable: string;
  isSet: boolean;
  /** The signals and channels that need it. */
  usedBy: string[];
}

/** How git signs and verifies here. */
interface SigningFacts {
  format: string;
  /** Whether a key is named, or a program that gives one. */
  key: boolean;
  /** Whether a list of the keys that are trusted is named; only SSH needs one. */
  allowedSigners: boolean;
}

/** Looks at everything; what fails is told in its place, and the rest is looked at all the same. */
export async function examineClone(
  project: Project,
  repository: Repository,
  environment: NodeJS.ProcessEnv,
): Promise<CloneFacts> {
  const [identity, anchor, policy, signing, hook] = await Promise.all([
    repository.identity().catch((error) => (error instanceof HumanError ? null : Promise.reject(error))),
    attempt(async () => (await project.anchor())!),
    attempt(() => project.policy()),
    attempt(() => readSigning(repository.git)),
    attempt(() => readHook(repository)),
  ]);
  const name = "failed" in anchor ? null : anchor.remote;
  const remote = name === null ? null : { name, answer: await askRemote(repository.git, name) };
  const ledger = await attempt(() => project.read());
  const inForce = "failed" in policy ? null : policy;
  return {
    root: project.root,
    shallow: repository.shallow,
    identity,
    anchor,
    remote,
    policy,
    ledger,
    secrets: inForce === null ? [] : secretsOf(inForce.policy, environment),
    secretsRead: inForce !== null && isReleased(inForce),
    pullRequests:
      name !== null && inForce !== null && opensPullRequest(inForce.policy)
        ? await forgeOf(repository.git, name, environment)
        : null,
    signing,
    hook,
  };
}

async function attempt<T>(look: () => Promise<T>): Promise<T | Unread> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { failed: error.message };
  }
}

/** One look at the ledger there: who may read that may read everything. */
async function askRemote(git: Git, remote: string): Promise<"reachable" | Unread> {
  const asked = await attempt(async () => {
    const access = await accessTo(git, remote);
    if (!access) throw new HumanError("service", `there is no remote ${remote}`);
    await lookAtRemote(access);
    return { reachable: true };
  });
  return "failed" in asked ? asked : "reachable";
}

function secretsOf({ signals, updates }: Policy, environment: NodeJS.ProcessEnv): SecretFacts[] {
  const users = new Map<string, string[]>();
  const need = (secret: string, by: string) => users.set(secret, [...(users.get(secret) ?? []), by]);
  for (const { name, source } of signals) if (source.auth) need(source.auth.secret, name);
  for (const channel of updates.channels) {
    const wanted = secretOf(channel);
    if (wanted) need(wanted.name, channel.name);
  }
  return [...users].map(([name, usedBy]) => {
    const variable = secretVariable(name);
    return { name, variable, isSet: Boolean(environment[variable]), usedBy };
  });
}

const opensPullRequest = ({ rollback }: Policy) =>
  rollback.steps?.some((step) => "revert" in step && step.revert.pullRequest) ?? true;

async function forgeOf(git: Git, remote: string, environment: NodeJS.ProcessEnv) {
  const at = forgeRepository(await remoteUrl(git, remote), environment, await forgeHosts(git));
  if (!at) return null;
  const variables = tokenVariables(at, environment);
  return {
    host: at.host,
    variable: variables.at(1) ?? variables[0]!,
    token: tokenFor(at, environment) !== null,
  };
}

const SETTINGS = "^(gpg\\.format|user\\.signingkey|gpg\\.ssh\\.(defaultkeycommand|allowedsignersfile))$";

/** One process. */
async function readSigning(git: Git): Promise<SigningFacts> {
  const args = ["config", "-z", "--get-regexp", SETTINGS];
  const { code, stdout, stderr } = await git.ask(args);
  // 1: nothing of the kind is set.
  if (code !== 0 && code !== 1) throw git.failure(args, { code, stderr });
  const settings = new Map<string, string>();
  for (const entry of stdout.split("\0")) {
    const [key = "", ...value] = entry.split("\n");
    settings.set(key, value.join("\n"));
  }
  return {
    format: settings.get("gpg.format") || "openpgp",
    key: Boolean(settings.get("user.signingkey") || settings.get("gpg.ssh.defaultkeycommand")),
    allowedSigners: Boolean(settings.get("gpg.ssh.allowedsignersfile")),
  };
}
