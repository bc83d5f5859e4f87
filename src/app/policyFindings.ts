import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { POLICY_PATH, type Policy, type PolicyInForce, type PolicyProblem } from "../domain/policy/policy.ts";
import { servicesOf } from "../domain/policy/serviceViews.ts";
import { servicesOfTag } from "../domain/record/serviceLog.ts";
import { pathMatcher } from "../domain/text/pathPatterns.ts";
import { plainText } from "../domain/text/plainText.ts";
import { readFileAt } from "../git/fileVersions.ts";
import { allTags } from "../git/push.ts";
import type { Repository } from "../git/repository.ts";
import { readTextNow } from "./project/files.ts";
import type { Project } from "./project/project.ts";

/** What the services of a policy come to in a repository, as it lies in the work tree. */
interface ServiceFindings {
  /** Policies in sub-folders, which nobody reads. */
  strays: string[];
  /** Tracked files that belong to no service. */
  unowned: string[];
  /** Tracked files that belong to several, each with them. */
  shared: { path: string; services: string[] }[];
  /** Tags of several services. */
  ambiguous: { tag: string; services: string[] }[];
  /** Services of which no tag is a drop. */
  dropless: string[];
  /** Services that no tracked file belongs to. */
  empty: string[];
}

/** Two processes. */
export async function findServices(repository: Repository, policy: Policy): Promise<ServiceFindings> {
  const [listed, tags] = await Promise.all([
    repository.git.read(["ls-files", "-z", "--full-name"]),
    allTags(repository),
  ]);
  const files = listed.split("\0").filter((path) => path !== "");
  const strays = files.filter((path) => path.endsWith(`/${POLICY_PATH}`));
  const services = servicesOf(policy);
  const found: ServiceFindings = { strays, unowned: [], shared: [], ambiguous: [], dropless: [], empty: [] };
  if (services.length === 0) return found;
  const owners = services.map((service) => ({
    service,
    isOwn: pathMatcher(policy.services![service]!.scope!.paths),
  }));
  const owned = new Set<string>();
  for (const path of files) {
    const own = owners.filter(({ isOwn }) => isOwn(path)).map(({ service }) => service);
    for (const each of own) owned.add(each);
    // Of Dropclock's own folder nobody expects it.
    if (own.length === 0 && !path.startsWith(".dropclock/")) found.unowned.push(path);
    else if (own.length > 1) found.shared.push({ path, services: own });
  }
  const dropped = new Set<string>();
  for (const tag of tags) {
    const own = servicesOfTag(policy, tag);
    for (const each of own) dropped.add(each);
    if (own.length > 1) found.ambiguous.push({ tag, services: own });
  }
  found.dropless = services.filter((service) => !dropped.has(service));
  found.empty = services.filter((service) => !owned.has(service));
  return found;
}

/** As problems of the policy's text, each at its service where it is about one. */
export function findingProblems(
  { unowned, shared, ambiguous, dropless, empty }: ServiceFindings,
  text: string,
): PolicyProblem[] {
  const place = (key: string | null) => placeOf(text, key);
  const some = (names: readonly string[]) => {
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    return `${names
      .slice(0, 3)
      .map((name) => plainText(name, 100))
      .join(", ")}${more}`;
  };
  const are = (count: number, one: string, many: string) => (count === 1 ? one : `${count} ${many}`);
  return [
    ...empty.map((service) => ({
      message: `No file belongs to \`${service}\`: nothing matches its paths.`,
      place: place(service),
    })),
    ...dropless.map((service) => ({
      message: `\`${service}\` has no drop yet: no tag matches its drops.tags.`,
      place: place(service),
    })),
    ...ambiguous.slice(0, 5).map(({ tag, services }) => ({
      message: `The tag ${plainText(tag, 80)} is one of ${services.join(" and ")}; take it away from one of them with !.`,
      place: place(services[1]!),
    })),
    ...(shared.length === 0
      ? []
      : [
          {
            message: `${are(shared.length, "A file belongs", "files belong")} to several services: ${some(shared.map(({ path, services }) => `${path} (${services.join(", ")})`))}. An undo asks before it changes one for another service.`,
            place: place(null),
          },
        ]),
    ...(unowned.length === 0
      ? []
      : [
          {
            message: `${are(unowned.length, "A file belongs", "files belong")} to no service: ${some(unowned)}. No drop, risk rule or undo sees ${unowned.length === 1 ? "it" : "them"}.`,
            place: place(null),
          },
        ]),
  ];
}

function placeOf(text: string, key: string | null): PolicyProblem["place"] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /^["']?services["']?\s*:/.test(line));
  const own = lines.findIndex((line, i) => i > first && key !== null && isKey(line, key));
  const at = Math.max(0, own >= 0 ? own : first);
  const column = /^\s*/.exec(lines[at] ?? "")![0].length + 1;
  return { line: at + 1, column, endLine: at + 1, endColumn: column + (key ?? "services").length };
}

const isKey = (line: string, key: string) =>
  new RegExp(`^\\s+["']?${key.replace(/[.]/g, "\\.")}["']?\\s*:`).test(line);

/** What is wrong with a policy in a sub-folder, and the way out. */
export const STRAY_POLICY = `This policy is not read: a repository has one policy, ${POLICY_PATH} at its root. Move what it says there, under \`services\`.`;

/** What is wrong with a policy's file where it lies in a sub-folder of a repository, and not at a root of its own. */
export function strayProblem(roots: readonly string[], file: string): PolicyProblem | null {
  const folder = file.slice(0, -POLICY_PATH.length - 1);
  const isInside = (root: string) => folder !== root && folder.startsWith(`${root}${sep}`);
  if (!roots.some(isInside) || existsSync(join(folder, ".git"))) return null;
  return { message: STRAY_POLICY, place: { line: 1, column: 1, endLine: 1, endColumn: 8 } };
}

/** The policies between where somebody stands and the root of the repository, which they may take for theirs. */
export function strayPoliciesAbove(root: string, folder: string): string[] {
  const strays: string[] = [];
  for (let at = folder; at !== root && at.startsWith(`${root}${sep}`); at = dirname(at))
    if (existsSync(join(at, POLICY_PATH)))
      strays.push(relative(root, join(at, POLICY_PATH)).split(sep).join("/"));
  return strays;
}

/** What the policy in force was read from; null where that is not to be had. */
export async function textInForce(project: Project, inForce: PolicyInForce): Promise<string | null> {
  const { repository, root } = project;
  if (inForce.source === "work-tree") return readTextNow(root, POLICY_PATH);
  if (inForce.source !== "branch" || !repository || inForce.commit === undefined) return null;
  return readFileAt(repository, inForce.commit, POLICY_PATH);
}
