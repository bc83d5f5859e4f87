import { Minimatch, minimatch } from "minimatch";
import type { RiskRule } from "../policy/policy.ts";
import { counted } from "../text/counted.ts";
import { posixBaseName } from "../text/repositoryPath.ts";
import { GLOB } from "../text/tagNames.ts";
import { isManifest } from "./dependencyChanges.ts";
import type { FlagChange } from "./flags.ts";
import { compareRisk, type Risk, type RiskCondition, type RiskReason } from "./riskLevel.ts";

/** A file as a drop changes it. Line counts are null if they cannot be counted, as in a binary file. */
export interface FileChange {
  path: string;
  /** `added`, `modified`, `deleted`, `renamed` and the like. */
  status: string;
  /** The name before a renaming. */
  from: string | null;
  additions: number | null;
  deletions: number | null;
  /** A link or a submodule, before or after; left out: it is a file. */
  kind?: "link" | "submodule";
}

/** What the rules look at: what a drop changes. Null: it could not be read, and counts as risky. */
export interface DropContent {
  files: readonly FileChange[];
  flags: readonly FlagChange[] | null;
  /** By the path of each `package.json` that changed: what it depends on differently. */
  packages: ReadonlyMap<string, readonly string[] | null>;
  /** The files that changed within a time before the newest commit of the drop, by that time in milliseconds. */
  recent: ReadonlyMap<number, readonly string[] | null>;
}

/** Judges what a drop changes by the policy's rules. */
export function assessRisk(rules: readonly RiskRule[], content: DropContent): Risk {
  const reasons = rules
    .map((rule) => reasonOf(rule, content))
    .filter((reason) => reason !== null)
    .sort((a, b) => compareRisk(b.level, a.level));
  return { level: reasons[0]?.level ?? "low", reasons, rules: rules.length };
}

type Found = Pick<RiskReason, "condition" | "evidence" | "items">;

function reasonOf(rule: RiskRule, content: DropContent): RiskReason | null {
  const found = findingOf(rule, content);
  return found && { level: rule.level, because: rule.because, ...found };
}

function findingOf(rule: RiskRule, content: DropContent): Found | null {
  if (rule.paths) return onPaths(rule.paths, content);
  if (rule.lines !== undefined) return onLines(rule.lines, content);
  if (rule.flags) return onFlags(rule.flags, content);
  if (rule.untested) return onUntested(rule.untested, content);
  return rule.dependencies ? onDependencies(content) : null;
}

function onPaths(patterns: readonly string[], { files }: DropContent): Found | null {
  const matches = matcher(patterns);
  const covers = coveringMatcher(patterns);
  const items = files
    .filter((file) => namesOf(file).some((name) => matches(name) || covers(name, file.kind)))
    .map(pathOf);
  const many = counted(items.length, "file matches", "files match");
  return found("paths", items, `${many} ${patterns.join(", ")}`);
}

function onLines(least: number, { files }: DropContent): Found | null {
  const uncounted = files.filter(({ additions, deletions }) => additions === null || deletions === null);
  const size = files.map(({ path, additions, deletions }) => ({
    path,
    lines: (additions ?? 0) + (deletions ?? 0),
  }));
  const total = size.reduce((sum, { lines }) => sum + lines, 0);
  if (total < least && uncounted.length === 0) return null;
  const largest = size.filter(({ lines }) => lines > 0).sort((a, b) => b.lines - a.lines);
  const evidence = [
    `${total} lines changed in ${counted(files.length, "file")}; large is ${least} and more`,
    ...(uncounted.length > 0 ? [`${counted(uncounted.length, "file")} whose lines cannot be counted`] : []),
  ].join("; ");
  return {
    condition: "lines",
    evidence,
    items: [
      ...uncounted.map(
        ({ path, kind }) => `${path} (${kind === "submodule" ? "submodule" : "binary or too large"})`,
      ),
      ...largest.map(({ path, lines }) => `${path} (${lines})`),
    ],
  };
}

function onFlags(patterns: readonly string[], { flags }: DropContent): Found | null {
  if (!flags) return unreadable("flags", "the flags cannot be read, so nobody can tell what changed");
  const matches = matcher(patterns);
  const items = flags.filter(({ key }) => matches(key)).map(({ key, what }) => `${key}: ${what}`);
  return found("flags", items, `${counted(items.length, "flag")} changed`);
}

function onUntested(rule: NonNullable<RiskRule["untested"]>, { files, recent }: DropContent): Found | null {
  const days = `${Number((rule.within / 86_400_000).toPrecision(3))} days`;
  const [isMeant, isTest] = [matcher(rule.paths), matcher(rule.tests)];
  const wanted = files.filter((file) => isMeant(file.path) && !isTest(file.path) && needsTest(file));
  if (wanted.length === 0) return null;
  const history = recent.get(rule.within);
  if (!history) return unreadable("untested", `the history of the last ${days} cannot be read`);
  const inDrop = files.filter(({ status }) => status !== "deleted").map(pathOf);
  const tested = new Set([...history, ...inDrop].filter(isTest).map(stemOf));
  const items = wanted.filter(({ path }) => !tested.has(stemOf(path))).map(pathOf);
  const many = counted(items.length, "file has", "files have");
  return found("untested", items, `${many} no test that changed in the last ${days}`);
}

function onDependencies({ files, packages }: DropContent): Found | null {
  const manifests = files
    .filter((file) => file.kind === "submodule" || namesOf(file).some(isManifest))
    .map(pathOf);
  const unread = [...packages]
    .filter(([, changes]) => changes === null)
    .map(([path]) => `${path} (unreadable)`);
  const named = [...packages].flatMap(([path, changes]) =>
    (changes ?? []).map((change) => `${change} (${path})`),
  );
  const items = [...named, ...unread, ...manifests];
  const parts = [
    ...(named.length > 0 ? [counted(named.length, "dependency", "dependencies")] : []),
    ...(manifests.length + unread.length > 0 ? [counted(manifests.length + unread.length, "manifest")] : []),
  ];
  return found("dependencies", items, `${parts.join(" and ")} changed`);
}

const found = (condition: RiskCondition, items: string[], evidence: string): Found | null =>
  items.length === 0 ? null : { condition, evidence, items };

const unreadable = (condition: RiskCondition, evidence: string): Found => ({
  condition,
  evidence,
  items: [],
});

/** A deleted file needs no test any more, and one that only got another name or mode needs no new one. */
const needsTest = ({ status, additions, deletions }: FileChange) =>
  status !== "deleted" && !(additions === 0 && deletions === 0);

const pathOf = ({ path }: FileChange) => path;
const namesOf = ({ path, from }: FileChange) => (from === null ? [path] : [path, from]);

/** Patterns are compiled once, for a drop may have thousands of files. */
function matcher(patterns: readonly string[]): (text: string) => boolean {
  const compiled = patterns.map((pattern) => new Minimatch(pattern, GLOB));
  return (text) => compiled.some((each) => each.match(text));
}

/**
 * Whether a pattern concerns what lies behind a link or in a submodule: `migrations/**` where `migrations` is one. A
 * submodule may contain anything that a pattern can match below it; for a link only what the pattern names counts.
 */
function coveringMatcher(patterns: readonly string[]): (path: string, kind: FileChange["kind"]) => boolean {
  const whole = patterns.map((pattern) => new Minimatch(pattern, { ...GLOB, partial: true }));
  const heads = matcher(patterns.flatMap(headsOf));
  return (path, kind) => {
    if (kind === undefined) return false;
    return heads(path) || (kind === "submodule" && whole.some((each) => each.match(path)));
  };
}

/** The folders that a pattern leads through: of `db/*\/migrations/**` it is `db`, `db/*` and `db/*\/migrations`. */
function headsOf(pattern: string): string[] {
  if (pattern.startsWith("!")) return [];
  return minimatch.braceExpand(pattern, GLOB).flatMap((each) => {
    const parts = each.split("/");
    return parts.slice(0, -1).flatMap((part, i) => (part === "**" ? [] : [parts.slice(0, i + 1).join("/")]));
  });
}

/**
 * The base name that a test shares with what it tests, in lower case: `cart` for `cart.ts`, `cart.test.ts`,
 * `cart_test.go`, `test_cart.py` and `CartTests.java`.
 */
export function stemOf(path: string): string {
  const whole = posixBaseName(path);
  const dot = whole.indexOf(".", 1);
  const name = dot < 0 ? whole : whole.slice(0, dot);
  const bare = name
    .replace(/^tests?[_-](?=.)/i, "")
    .replace(/(?<=.)[_-](?:tests?|specs?)$/i, "")
    .replace(/(?<=[a-z0-9])(?:Tests?|Specs?|IT)$/, "");
  return bare.toLowerCase();
}
