import { type Complaint, filePatternComplaint } from "../text/gitNames.ts";
import { folderOf } from "../text/pathPatterns.ts";
import { exampleOf, isExclusion, type NameMatcher, nameMatcher, patternWords } from "../text/tagNames.ts";
import { keepOf } from "./documents.ts";
import { faultAt, type PolicyFault, type PolicyPath, type Report } from "./fault.ts";
import type { Policy } from "./policy.ts";
import type { PolicyInput } from "./schema.ts";

type ServicesInput = NonNullable<PolicyInput["services"]>;

/** Compiles what a policy says, as `compilePolicy` does; faults are told by their places in the text. */
type Compile = (input: Partial<PolicyInput>, report: Report) => Policy;

/**
 * One policy for each service: what it says itself, and for all else what the policy says around it.
 * @param outer What the policy says, without its services.
 * @param known The faults of that; a service that inherits one is not blamed as well.
 */
export function compileServices(
  services: ServicesInput,
  outer: Partial<PolicyInput>,
  compile: Compile,
  { known, report }: { known: readonly PolicyFault[]; report: Report },
): Record<string, Policy> {
  const told = new Set(known.map(({ path, message }) => JSON.stringify([path, message])));
  const compiled = Object.entries(services).map(([key, own]) => {
    const at: PolicyPath = ["services", key];
    const blame = (fault: PolicyFault) => {
      const within = written(own, fault.path);
      if (within.length > 0) return report({ ...fault, path: [...at, ...within] });
      if (!told.has(JSON.stringify([fault.path, fault.message])))
        report(faultAt(at, `does not go with what it inherits: ${fault.message.replace(/\.$/, "")}`));
    };
    checkPaths(own.paths, [...at, "paths"], report);
    const { paths, ...rest } = own;
    const policy = compile({ ...inherited(outer, rest), service: own.service ?? key }, blame);
    return [key, { ...policy, ...ownDocuments(policy, own, key), scope: { service: key, paths } }] as const;
  });
  checkTags(compiled, report);
  return Object.fromEntries(compiled);
}

/** Maps whose keys a service may set one by one; of all else it sets the whole. */
const MERGED = [
  "drops",
  "targets",
  "updates",
  "council",
  "flags",
  "rollback",
  "drills",
  "documents",
  "publish",
  "changelog",
] as const;

function inherited(outer: Partial<PolicyInput>, own: Partial<PolicyInput>): Partial<PolicyInput> {
  const merged: Record<string, unknown> = { ...outer, ...own };
  for (const key of MERGED) {
    const [above, below] = [outer[key], own[key]] as [object | undefined, object | undefined];
    if (above && below) merged[key] = { ...above, ...below };
  }
  const [above, below] = [outer.targets, own.targets];
  if (above && below)
    merged.targets = Object.fromEntries(
      Object.keys({ ...above, ...below }).map((severity) => {
        const name = severity as keyof typeof above;
        return [severity, { ...above[name], ...below[name] }];
      }),
    );
  return merged as Partial<PolicyInput>;
}

/** As far as a service has written it, the way to a value. */
function written(own: unknown, path: PolicyPath): PolicyPath {
  let value = own;
  for (const [i, step] of path.entries()) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return path.slice(0, i);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
}

/**
 * A changelog and a public record are one service's, whatever is said around it: the changelog lies beside the service's
 * files, the public pages in a folder of their own.
 */
function ownDocuments(policy: Policy, own: ServicesInput[string], key: string): Partial<Policy> {
  const folder = folderOf(own.paths.find((pattern) => !isExclusion(pattern)) ?? "");
  const { changelog, public: pages } = own.documents ?? {};
  const documents = {
    ...policy.documents,
    ...(changelog === undefined
      ? { changelog: folder === "" ? `CHANGELOG-${key}.md` : `${folder}/CHANGELOG.md` }
      : {}),
    ...(pages === undefined ? { public: `${policy.documents.public}/${key}` } : {}),
  };
  const kept = own.rollback?.keep === undefined && policy.rollback.keep;
  const keep = kept ? [...new Set([...kept, ...keepOf(documents)])] : policy.rollback.keep;
  return { documents, rollback: { ...policy.rollback, keep } };
}

function checkPaths(paths: readonly string[], at: PolicyPath, report: Report): void {
  paths.forEach((pattern, i) => {
    const excludes = isExclusion(pattern);
    const complaint: Complaint | null = filePatternComplaint(excludes ? pattern.slice(1) : pattern);
    if (!complaint) return;
    const replacement =
      excludes && complaint.replacement ? `!${complaint.replacement}` : complaint.replacement;
    report(faultAt([...at, i], complaint.text, replacement));
  });
  if (paths.every(isExclusion))
    report(faultAt(at, "must have a pattern that does not start with !, or the service would be empty"));
}

/** A tag marks the drop of one service: two whose patterns match the same names could not be told apart. */
function checkTags(services: readonly (readonly [string, Policy])[], report: Report): void {
  const seen: { key: string; isOwn: NameMatcher; examples: string[] }[] = [];
  for (const [key, { drops }] of services) {
    const isOwn = nameMatcher(drops.tags);
    const examples = drops.tags.filter((pattern) => !isExclusion(pattern)).flatMap(exampleOf);
    for (const other of seen) {
      const both = [...examples, ...other.examples].find((name) => isOwn(name) && other.isOwn(name));
      if (both === undefined) continue;
      const tags = patternWords(drops.tags);
      const complaint = `has tags (${tags}) that are also those of \`${other.key}\`, such as ${both}; give each service tags of its own, or take some away with !`;
      report(faultAt(["services", key], complaint));
      break;
    }
    seen.push({ key, isOwn, examples });
  }
}
