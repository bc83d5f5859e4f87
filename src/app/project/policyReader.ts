import { createHash } from "node:crypto";
import {
  DEFAULT_POLICY,
  POLICY_PATH,
  type Policy,
  type PolicyDraft,
  type PolicyInForce,
  type PolicyProblem,
} from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { landedAt } from "../../git/ancestry.ts";
import type { Anchor, NoAnchor } from "../../git/anchor.ts";
import { fileHistory, readFileAt } from "../../git/fileVersions.ts";
import { blobAt } from "../../git/objects.ts";
import type { Repository } from "../../git/repository.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import { readTextNow } from "./files.ts";
import type { PolicyMemory } from "./policyMemory.ts";

/** Where a fault of the whole file is shown. */
const START = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** How many committed versions are tried in the search for one that was in order. */
const VERSIONS = 20;

// YAML and its schema are a third of the program; where there is no policy they are never loaded.
const policyLanguage = () => import("../../domain/policy/readPolicy.ts");

/** A policy as its text says it: null as soon as there is one problem. */
interface Judged {
  policy: Policy | null;
  problems: PolicyProblem[];
}

/** What the branch has where the policy should be; null: nothing. */
type Released = (Judged & { oid: string }) | null;

/**
 * Reads the policy in force: the one on the anchor branch, as last fetched. The one in the work tree counts only while
 * the branch has none, and then for nothing but what people see and confirm.
 */
export class PolicyReader {
  readonly #root: string;
  readonly #repository: Repository | null;
  readonly #memory: PolicyMemory | null;
  readonly #answers: AnswerMemory | null;
  #released: { commit: string; found: Released } | null = null;
  #lastGood: { commit: string; policy: Policy | null } | null = null;
  /** What texts were found to say: the branch's and the work tree's. */
  readonly #judged = new Map<string, Judged>();
  /** The last one of the work tree that was in order, while none is on the branch. */
  #lastGoodHere: Policy | null = null;
  #last: { key: string; inForce: PolicyInForce } | null = null;
  #landed: { commit: string; at: Instant | null } | null = null;

  constructor(
    root: string,
    repository: Repository | null,
    memory: PolicyMemory | null = null,
    answers: AnswerMemory | null = null,
  ) {
    this.#root = root;
    this.#repository = repository;
    this.#memory = memory;
    this.#answers = answers;
  }

  /**
   * The same object as before as long as nothing has changed.
   * @param anchor Null: there is no git here, or it is not to be asked.
   */
  async read(anchor: Anchor | NoAnchor | null): Promise<PolicyInForce> {
    const text = this.#text();
    const key = JSON.stringify([anchor, text]);
    if (this.#last?.key !== key) {
      const inForce = await this.#inForce(anchor, text);
      this.#last = { key, inForce: { ...inForce, ...otherRemote(anchor, inForce) } };
    }
    return this.#last.inForce;
  }

  /** The policy at hand, in force or not. */
  async atHand(): Promise<PolicyInForce> {
    return this.#here(this.#text());
  }

  /** When the policy, or its `drills`, came to the anchor branch; null: it has none, or its history here is cut. */
  async landedAt(commit: string): Promise<Instant | null> {
    const repository = this.#repository;
    if (!repository) return null;
    if (this.#landed?.commit !== commit) {
      const ask = () => landedAt(repository, commit, POLICY_PATH, '^ *"?drills"? *:');
      const asked = this.#answers?.of(["drills since", commit], ask) ?? ask();
      // No answer in a broken history takes the clocks away.
      const at = await asked.catch(() => null);
      this.#landed = { commit, at };
    }
    return this.#landed.at;
  }

  async #inForce(
    anchor: Anchor | NoAnchor | null,
    text: string | PolicyProblem | null,
  ): Promise<PolicyInForce> {
    if (!anchor || !this.#repository) return this.#here(text);
    if ("missing" in anchor) {
      // Before the first commit there is nothing to go by yet.
      if (anchor.code === "no-commits") return this.#here(text);
      return { ...DEFAULTS, doubt: anchor.missing, ...(await this.#draft(null, text)) };
    }
    const { commit, branch } = anchor;
    const released = await this.#releasedAt(this.#repository, commit, text);
    if (!released) return { ...(await this.#here(text)), branch, commit };
    const known = { path: POLICY_PATH, branch, commit, problems: released.problems };
    if (released.policy) {
      const draft = await this.#draft({ oid: released.oid, policy: released.policy, commit }, text);
      return { ...known, policy: released.policy, source: "branch", ...draft };
    }
    const lastGood = await this.#lastGoodAt(this.#repository, commit);
    if (lastGood) {
      const draft = await this.#draft({ oid: released.oid, policy: lastGood, commit }, text);
      return { ...known, policy: lastGood, source: "last-good", ...draft };
    }
    const name = plainText(branch, 60);
    const doubt = `The policy on ${name} is broken, and no earlier one was in order; fix it there (see: dropclock policy check).`;
    return {
      ...known,
      policy: DEFAULT_POLICY,
      source: "defaults",
      doubt,
      ...(await this.#draft(null, text)),
    };
  }

  /** What the work tree holds, where the branch holds nothing. */
  async #here(text: string | PolicyProblem | null): Promise<PolicyInForce> {
    if (text === null) {
      this.#lastGoodHere = null;
      return DEFAULTS;
    }
    const { policy, problems } = await this.#judge(text, this.#memory);
    if (policy) {
      this.#lastGoodHere = policy;
      return { policy, source: "work-tree", path: POLICY_PATH, problems };
    }
    const known = { path: POLICY_PATH, problems };
    if (this.#lastGoodHere) return { ...known, policy: this.#lastGoodHere, source: "work-tree" };
    const doubt = "The policy in this work tree is broken; fix it (see: dropclock policy check).";
    return { ...known, policy: DEFAULT_POLICY, source: "defaults", doubt };
  }

  async #releasedAt(
    repository: Repository,
    commit: string,
    text: string | PolicyProblem | null,
  ): Promise<Released> {
    if (this.#released?.commit !== commit) {
      const found = await this.#readReleased(repository, commit, text);
      this.#released = { commit, found };
    }
    return this.#released.found;
  }

  async #readReleased(
    repository: Repository,
    commit: string,
    text: string | PolicyProblem | null,
  ): Promise<Released> {
    const find = () => blobAt(repository, commit, POLICY_PATH);
    const entry = await (this.#answers?.of(["policy", commit], find) ?? find());
    if (!entry) return null;
    const { oid, kind } = entry;
    if (kind !== "file") {
      const what = kind === "link" ? "a symbolic link, which is not followed" : "not a file";
      const message = `The policy is ${what}; make it a file of its own.`;
      return { oid, policy: null, problems: [{ message, place: START }] };
    }
    // In most work trees it is the very same file.
    const same = typeof text === "string" && blobName(text, repository) === oid;
    const released = same ? text : await committedText(repository, commit);
    return { oid, ...(await this.#judge(released ?? "", this.#memory)) };
  }

  async #lastGoodAt(repository: Repository, commit: string): Promise<Policy | null> {
    if (this.#lastGood?.commit !== commit) {
      const policy = await this.#newestReadable(repository, commit);
      this.#lastGood = { commit, policy };
    }
    return this.#lastGood.policy;
  }

  async #newestReadable(repository: Repository, commit: string): Promise<Policy | null> {
    for (const version of await fileHistory(repository, POLICY_PATH, VERSIONS, commit)) {
      const entry = await blobAt(repository, version, POLICY_PATH);
      const text = entry?.kind === "file" ? await committedText(repository, version) : null;
      const policy = text === null ? null : (await this.#judge(text)).policy;
      if (policy) return policy;
    }
    return null;
  }

  /** What the work tree would change; nothing where it has no policy, or the same. */
  async #draft(
    released: { oid: string; policy: Policy; commit: string } | null,
    text: string | PolicyProblem | null,
  ): Promise<{ draft?: PolicyDraft }> {
    const repository = this.#repository!;
    if (text === null) return {};
    if (typeof text === "string" && released && blobName(text, repository) === released.oid) return {};
    const { policy, problems } = await this.#judge(text);
    const { policyDifference } = await import("../../domain/policy/difference.ts");
    const changes = policy ? policyDifference(released?.policy ?? DEFAULT_POLICY, policy) : [];
    if (problems.length === 0 && changes.length === 0) return {};
    const outdated =
      released !== null && typeof text === "string" && (await this.#wasReleased(released.commit, text));
    return { draft: { problems, changes, outdated } };
  }

  /** Whether an earlier version on the branch was this very text. */
  async #wasReleased(commit: string, text: string): Promise<boolean> {
    const repository = this.#repository!;
    const name = blobName(text, repository);
    for (const version of await fileHistory(repository, POLICY_PATH, VERSIONS, commit))
      if ((await blobAt(repository, version, POLICY_PATH))?.oid === name) return true;
    return false;
  }

  /** What a text says that was once the policy; null: it was broken. */
  async policyIn(text: string): Promise<Policy | null> {
    return (await this.#judge(text, this.#memory)).policy;
  }

  /** @param memory Left out: none; it holds few policies for each folder: those that count, or did. */
  async #judge(text: string | PolicyProblem, memory: PolicyMemory | null = null): Promise<Judged> {
    if (typeof text !== "string") return { policy: null, problems: [text] };
    const known = this.#judged.get(text);
    if (known) return known;
    const recalled = memory?.recall(this.#root, text);
    const judged: Judged = recalled
      ? { policy: recalled, problems: [] }
      : (await policyLanguage()).readPolicy(text);
    if (judged.policy && !recalled) void memory?.keep(this.#root, text, judged.policy);
    if (this.#judged.size >= REMEMBERED) this.#judged.clear();
    this.#judged.set(text, judged);
    return judged;
  }

  /** Null where there is no file. One that cannot be read is as good as broken, and takes no clock away either. */
  #text(): string | PolicyProblem | null {
    try {
      return readTextNow(this.#root, POLICY_PATH);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
      const message =
        code === undefined
          ? `The policy cannot be read: ${error.message}`
          : `The policy cannot be read (${code}); make it a file that you may read.`;
      return { message, place: START };
    }
  }
}

/** One that cannot be read, as it is too large or kept elsewhere, is broken, and takes no clock away. */
async function committedText(repository: Repository, commit: string): Promise<string | PolicyProblem | null> {
  try {
    return await readFileAt(repository, commit, POLICY_PATH);
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { message: `The policy cannot be read: ${error.message}`, place: START };
  }
}

/** A policy cannot send the ledger anywhere but where the clone goes by: whoever writes one may not choose that. */
function otherRemote(anchor: Anchor | NoAnchor | null, inForce: PolicyInForce): Pick<PolicyInForce, "doubt"> {
  const { remote } = inForce.policy.ledger;
  if (!anchor || "missing" in anchor || inForce.doubt !== undefined) return {};
  if (remote === null || anchor.remote === null || remote === anchor.remote) return {};
  const [theirs, ours] = [remote, anchor.remote].map((name) => plainText(name, 60));
  return {
    doubt: `The policy names ${theirs} as ledger.remote, and this clone goes by ${ours}; leave the key out, or choose here: git config dropclock.remote ${theirs}`,
  };
}

const DEFAULTS: PolicyInForce = {
  policy: DEFAULT_POLICY,
  source: "defaults",
  path: POLICY_PATH,
  problems: [],
};

/** How many texts are remembered: the branch's, the work tree's, and some that are being typed. */
const REMEMBERED = 8;

/** How git names a file's content. */
function blobName(text: string, { objectFormat }: Repository): string {
  const bytes = Buffer.from(text, "utf8");
  return createHash(objectFormat).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
