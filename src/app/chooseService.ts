import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { Policy } from "../domain/policy/policy.ts";
import { servicesOf } from "../domain/policy/serviceViews.ts";
import { serviceOfIncident, servicesOfTag } from "../domain/record/serviceLog.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { nearest } from "../domain/text/nearest.ts";
import { plainText } from "../domain/text/plainText.ts";
import { patternWords } from "../domain/text/tagNames.ts";
import { findIncident } from "./incident/incidents.ts";
import type { Project } from "./project/project.ts";

/** What somebody has said that may tell which service they mean. */
interface ServiceWish {
  /** Its key, or its name. */
  service?: string | undefined;
  /** A drop's tag, there already or about to be made. */
  tag?: string | undefined;
  /** An incident's id, or a beginning of it. */
  incident?: string | undefined;
  /** Where they stand; absolute. */
  folder?: string | undefined;
}

/**
 * Which of several services is meant: the one that is named, else that of the tag or the incident, else the one whose
 * folder it is said in. Null: nothing says so, or the repository is one service.
 * @throws {HumanError} where there is no such service, or what was said names two.
 */
export async function chooseService(project: Project, wish: ServiceWish): Promise<string | null> {
  const { policy } = await project.policy();
  const all = servicesOf(policy);
  const named = wish.service === undefined ? null : serviceNamed(policy, wish.service);
  if (all.length === 0) return null;
  const said = wish.tag === undefined ? await ofIncident(project, policy, wish) : ofTag(policy, wish.tag);
  if (named !== null && said !== null && named !== said)
    throw new HumanError(
      "usage",
      `${plainText(wish.tag ?? wish.incident ?? "", 80)} is of the service ${said}, not of ${named}; leave --service out.`,
    );
  if (named !== null || said !== null) return named ?? said;
  if (all.length === 1) return all[0]!;
  if (wish.folder === undefined) return null;
  const folder = await realpath(wish.folder).catch(() => wish.folder!);
  return ofFolder(policy, relative(project.root, folder));
}

/** @throws {HumanError} that asks which of them, where nothing tells. */
export async function mustChooseService(project: Project, wish: ServiceWish): Promise<string | null> {
  const chosen = await chooseService(project, wish);
  const all = servicesOf((await project.policy()).policy);
  // What is on record of no service may still be told of.
  if (chosen !== null || all.length === 0 || wish.incident !== undefined) return chosen;
  throw new HumanError("usage", `Which service? Say it with --service: ${all.join(", ")}`);
}

function serviceNamed(policy: Policy, name: string): string | null {
  const all = servicesOf(policy);
  if (all.length === 0) {
    if (policy.service === name) return null;
    throw new HumanError(
      "usage",
      "The policy has no services, so there is nothing to choose; leave --service out.",
    );
  }
  const found = all.find((key) => key === name) ?? all.find((key) => policy.services![key]!.service === name);
  if (found !== undefined) return found;
  const near = nearest(name, all);
  const hint = near === null ? "" : `did you mean ${near}? `;
  throw new HumanError(
    "usage",
    `There is no service “${plainText(name, 60)}”; ${hint}The policy has: ${all.join(", ")}`,
  );
}

function ofTag(policy: Policy, tag: string): string {
  const found = servicesOfTag(policy, tag);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const name = plainText(tag, 80);
  if (only !== undefined)
    throw new HumanError(
      "usage",
      `${name} is a tag of several services (${found.join(", ")}); give each tags of its own in the policy.`,
    );
  const tags = servicesOf(policy).map((key) => `${key} (${patternWords(policy.services![key]!.drops.tags)})`);
  throw new HumanError(
    "usage",
    `“${name}” matches the tags of no service; there are: ${plainText(tags.join(", "), 400)}`,
  );
}

async function ofIncident(
  project: Project,
  policy: Policy,
  { incident }: ServiceWish,
): Promise<string | null> {
  if (incident === undefined) return null;
  const { release } = await project.read({ clocksOnly: true });
  const service = serviceOfIncident(findIncident(release, incident).events, policy);
  // One that the policy has no more is told of, and nothing is judged by it.
  return service !== null && servicesOf(policy).includes(service) ? service : null;
}

/** The service that all of a folder belongs to, as far as its patterns tell; null: none, or several. */
async function ofFolder(policy: Policy, folder: string): Promise<string | null> {
  const path = folder.split(sep).join("/");
  if (path === "" || path === ".." || path.startsWith("../")) return null;
  const { pathMatcher } = await import("../domain/text/pathPatterns.ts");
  const found = Object.entries(policy.services!).filter(([, { scope }]) =>
    pathMatcher(scope!.paths)(`${path}/any file`),
  );
  return found.length === 1 ? found[0]![0] : null;
}
