import { type CloneFacts, examineClone, type SecretFacts, type Unread } from "../../app/doctor.ts";
import { historyWarnings, standingWords } from "../../app/project/sharingWords.ts";
import { draftWords, sourceWords } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { Git } from "../../git/git.ts";
import { type Answer, type Call, EXIT, type ExitStatus } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import { visibleWidth, wrap } from "../text/table.ts";

export async function runDoctor(call: Call): Promise<Answer> {
  const checks = await examine(call);
  const exit = exitOf(checks);
  return { json: { ok: exit === EXIT.fine, checks }, text: (page) => doctorText(checks, page), exit };
}

/** What failed says most, for then not everything was looked at. */
function exitOf(checks: readonly Check[]): ExitStatus {
  const has = (state: Check["state"]) => checks.some((check) => check.state === state);
  if (has("failed")) return EXIT.failed;
  if (has("wrong")) return EXIT.wrong;
  return has("missing") ? EXIT.no : EXIT.fine;
}

async function examine({ directory, environment, project }: Call): Promise<Check[]> {
  const node: Check = { name: "Node", state: "ok", found: process.versions.node };
  const failed = (error: unknown): Check[] => {
    if (!(error instanceof HumanError)) throw error;
    return [{ name: "git", state: "failed", found: error.message }, node];
  };
  try {
    const { stdout } = await new Git(directory).ask(["version"]);
    const version = plainText(stdout.replace(/^git version /, ""), 60).trim();
    const git: Check = { name: "git", state: "ok", found: version };
    const opened = await project();
    if (!opened.repository) return [git, node, noRepository(directory)];
    return [git, node, ...checksOf(await examineClone(opened, opened.repository, environment))];
  } catch (error) {
    return failed(error);
  }
}

const noRepository = (directory: string): Check => ({
  name: "repository",
  state: "missing",
  found: `${plainText(directory, 200)} is not a git repository, and drops and the ledger live in git`,
  fix: "git init",
});

/**
 * `ok`: it is there. `note`: it works without, and could be better. `missing`: something does not work until it is there.
 * `wrong`: what is there is faulty. `failed`: it could not be looked at, or gives no answer.
 */
type CheckState = "ok" | "note" | "missing" | "wrong" | "failed";

interface Check {
  name: string;
  state: CheckState;
  found: string;
  /** What to do about it; left out where there is nothing to do. */
  fix?: string;
}

/** What was found in a clone, a line each. */
function checksOf(facts: CloneFacts): Check[] {
  return [
    repositoryCheck(facts),
    identityCheck(facts),
    remoteCheck(facts),
    branchCheck(facts),
    policyCheck(facts),
    ledgerCheck(facts),
    ...secretChecks(facts),
    ...pullRequestChecks(facts),
    signingCheck(facts),
    hookCheck(facts),
  ];
}

function repositoryCheck({ root, shallow }: CloneFacts): Check {
  const found = plainText(root, 200);
  if (!shallow) return { name: "repository", state: "ok", found };
  return {
    name: "repository",
    state: "missing",
    found: `${found}, a shallow clone: the history of older drops is not here`,
    fix: "git fetch --unshallow",
  };
}

function identityCheck({ identity }: CloneFacts): Check {
  if (identity !== null) return { name: "identity", state: "ok", found: plainText(identity, 100) };
  return {
    name: "identity",
    state: "missing",
    found: "git does not know who you are, so nothing can be recorded",
    fix: 'git config --global user.name "Your Name" and git config --global user.email you@example.com',
  };
}

function remoteCheck({ remote, anchor }: CloneFacts): Check {
  if (remote === null) {
    if ("missing" in anchor && anchor.code === "remote") return failure("remote", anchor.missing, "missing");
    const found = "none: the ledger stays in this clone";
    return { name: "remote", state: "note", found, fix: "git remote add origin URL" };
  }
  const name = plainText(remote.name, 60);
  if (remote.answer === "reachable") return { name: "remote", state: "ok", found: `${name}, reachable` };
  return {
    name: "remote",
    state: "failed",
    found: `${name} cannot be reached: ${plainText(remote.answer.failed, 200)}`,
    fix: `check the network and your access: git ls-remote ${name}`,
  };
}

function branchCheck({ anchor }: CloneFacts): Check {
  if ("failed" in anchor) return failure("branch", anchor.failed, "failed");
  if ("missing" in anchor)
    return { fix: "git config dropclock.branch NAME", ...failure("branch", anchor.missing, "missing") };
  const name = plainText(anchor.branch, 60);
  if (anchor.published || anchor.remote === null)
    return { name: "branch", state: "ok", found: `${name} (${anchor.commit.slice(0, 10)})` };
  const remote = plainText(anchor.remote, 60);
  return {
    name: "branch",
    state: "note",
    found: `${name} of this clone: nothing was fetched from ${remote}, nor pushed to it`,
    fix: `git push -u ${remote} ${name}`,
  };
}

function policyCheck({ policy }: CloneFacts): Check {
  const name = "policy";
  if ("failed" in policy) return failure(name, policy.failed, "failed");
  const [problem] = policy.problems;
  const inForce = `in force: ${sourceWords(policy)}`;
  if (problem) {
    const { line, column } = problem.place;
    const found = `${policy.path}:${line}:${column}: ${plainText(problem.message, 200)}; ${inForce}`;
    return { name, state: "wrong", found, fix: "correct it, and check it with: dropclock policy check" };
  }
  if (policy.doubt !== undefined) return failure(name, policy.doubt, "missing");
  if (policy.source === "defaults")
    return { name, state: "note", found: `${inForce}; there is no ${policy.path}`, fix: "dropclock init" };
  if (policy.source === "work-tree" && policy.branch !== undefined) {
    const branch = plainText(policy.branch, 60);
    const found = `${inForce}, so nothing acts by itself`;
    return { name, state: "note", found, fix: `commit ${policy.path}, and merge it into ${branch}` };
  }
  if (!policy.draft) return { name, state: "ok", found: inForce };
  const found = `${inForce}; ${draftWords(policy.draft, policy.branch)}`;
  return { name, state: "note", found, fix: "see the difference with: dropclock policy show" };
}

function ledgerCheck({ ledger }: CloneFacts): Check {
  const name = "ledger";
  if ("failed" in ledger) return failure(name, ledger.failed, "failed");
  const { events, skipped, lost } = ledger.ledger;
  const warnings = [
    ...historyWarnings(ledger),
    ...(lost > 0 ? [counted(lost, "entry removed", "entries removed")] : []),
    ...(skipped.length > 0 ? [`${skipped.length} that cannot be read`] : []),
  ];
  const found = [counted(events.length, "event"), standingWords(ledger.standing), ...warnings].join(", ");
  if (warnings.length > 0) return { name, state: "note", found, fix: "see them with: dropclock log" };
  const { state } = ledger.standing;
  if (state === "in-step" || state === "none") return { name, state: "ok", found };
  return { name, state: "note", found, fix: "dropclock sync" };
}

function secretChecks({ secrets, secretsRead, policy }: CloneFacts): Check[] {
  if (secrets.length === 0) return [{ name: "secrets", state: "ok", found: "the policy needs none" }];
  if (!secretsRead) {
    const branch =
      "branch" in policy && policy.branch !== undefined ? plainText(policy.branch, 60) : "the release branch";
    const names = secrets.map(({ name }) => name).join(", ");
    const found = `${names}: not read for a policy that is not on ${branch}`;
    return [{ name: "secrets", state: "note", found }];
  }
  const set = secrets.filter(({ isSet }) => isSet);
  const missing = secrets.filter(({ isSet }) => !isSet);
  const names = (some: readonly SecretFacts[]) => some.map(({ name }) => name).join(", ");
  const found = [
    ...(missing.length > 0
      ? [
          `${names(missing)} not set, for ${missing
            .flatMap(({ usedBy }) => usedBy)
            .map((by) => plainText(by, 60))
            .join(", ")}`,
        ]
      : []),
    ...(set.length > 0 ? [`${names(set)} set`] : []),
  ].join("; ");
  if (missing.length === 0) return [{ name: "secrets", state: "ok", found }];
  const fix = `set ${missing.map(({ variable }) => variable).join(" and ")} in the environment; in the editor: Dropclock: Set Signal Secret`;
  return [{ name: "secrets", state: "missing", found, fix }];
}

function pullRequestChecks({ pullRequests }: CloneFacts): Check[] {
  if (pullRequests === null) return [];
  const [name, host] = ["forge", plainText(pullRequests.host, 60)];
  if (pullRequests.token) return [{ name, state: "ok", found: `${host}, with a token` }];
  const found = `no token for ${host}, so the undo prints a link in place of a pull request`;
  return [{ name, state: "note", found, fix: `set ${pullRequests.variable} in the environment` }];
}

function signingCheck({ signing, policy }: CloneFacts): Check {
  const name = "signing";
  if ("failed" in signing) return failure(name, signing.failed, "failed");
  const council = "failed" in policy ? null : policy.policy.council;
  if (!council) return { name, state: "ok", found: "not needed: there is no council" };
  if (!council.signed)
    return {
      name,
      state: "note",
      found: "the council is unsigned: whoever may push to the ledger can approve in any member's name",
      fix: "council.signed: true in the policy",
    };
  const { format, key, allowedSigners } = signing;
  if (!key && format === "ssh")
    return {
      name,
      state: "missing",
      found: "approvals must be signed, and git has no key here",
      fix: "git config --global user.signingkey ~/.ssh/id_ed25519.pub",
    };
  if (!allowedSigners && format === "ssh")
    return {
      name,
      state: "missing",
      found: "git trusts no key here, so no approval counts",
      fix: "git config gpg.ssh.allowedSignersFile FILE",
    };
  const which = key ? "with the key of user.signingkey" : "with the default key of your address";
  return { name, state: "ok", found: `${format}, ${which}` };
}

function hookCheck({ hook }: CloneFacts): Check {
  const name = "hook";
  if ("failed" in hook) return failure(name, hook.failed, "failed");
  const path = plainText(hook.path, 200);
  switch (hook.state) {
    case "ours":
      return { name, state: "ok", found: "the gate is asked before a drop is pushed" };
    case "none":
      return {
        name,
        state: "note",
        found: "not installed: a drop is pushed without asking the gate",
        fix: "dropclock gate --install-hook",
      };
    case "shared":
    case "others":
      return {
        name,
        state: "note",
        found: `${path} is ${hook.state === "others" ? "a hook of your own" : "for all repositories"}; whether it asks the gate is not known`,
        fix: "add to it: dropclock gate --pre-push || exit 1",
      };
  }
}

/** A sentence that has its way out behind a semicolon already. */
function failure(name: string, sentence: Unread["failed"], state: CheckState): Check {
  const text = plainText(sentence, 400).replace(/\.$/, "");
  const cut = text.indexOf("; ");
  return cut < 0
    ? { name, state, found: text }
    : { name, state, found: text.slice(0, cut), fix: text.slice(cut + 2) };
}

/** One screen: what is there, and under each that is not, how to get it. */
function doctorText(checks: readonly Check[], { width, paint }: Page): string {
  const marks = {
    ok: paint.green,
    note: paint.yellow,
    missing: paint.red,
    wrong: paint.red,
    failed: paint.red,
  };
  const widest = Math.max(...checks.map(({ name }) => visibleWidth(name)));
  const columns = Math.max(width, 60);
  const lines = checks.flatMap(({ name, state, found, fix }) => {
    const head = `${state.padEnd(MARK)}  ${name.padEnd(widest)}  `;
    const blank = " ".repeat(head.length);
    const [first = "", ...rest] = wrap(found, columns, head, blank);
    const painted = marks[state](first.slice(0, MARK)) + first.slice(MARK);
    return [painted, ...rest, ...(fix === undefined ? [] : wrap(`→ ${fix}`, columns, blank, `${blank}  `))];
  });
  return [...lines, "", verdict(checks)].join("\n");
}

const MARK = "missing".length;

function verdict(checks: readonly Check[]): string {
  const bad = checks.filter(({ state }) => state !== "ok" && state !== "note").length;
  if (bad > 0) return `${counted(bad, "problem")} to fix.`;
  const notes = checks.filter(({ state }) => state === "note").length;
  return notes > 0 ? `Ready; ${counted(notes, "suggestion")}.` : "Ready.";
}
