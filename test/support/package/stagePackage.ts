import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildPackage } from "../../../esbuild.mjs";
import { inProject } from "../folders/projectRoot.ts";

type PackageKind = "extension" | "npm";

/** Names the page of the project on its forge; what each package says of where it comes from is made of it. */
const REPOSITORY = "DROPCLOCK_REPOSITORY";

/**
 * Lays out a package as it is published: built, with a manifest of its own that holds nothing of how it was made.
 * @param folder An empty one.
 * @param environment Where DROPCLOCK_REPOSITORY is looked for.
 * @throws {Error} where DROPCLOCK_REPOSITORY is set and is no page of a repository.
 */
export async function stagePackage(
  kind: PackageKind,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ repository: string | null }> {
  const repository = repositoryIn(environment);
  const manifest = JSON.parse(await readFile(inProject("package.json"), "utf8"));
  await mkdir(folder, { recursive: true });
  for (const name of ["LICENSE", "CHANGELOG.md", "media", kind === "npm" ? ".npmignore" : ".vscodeignore"])
    await cp(inProject(name), join(folder, name), { recursive: true });
  const readme = await readFile(inProject("README.md"), "utf8");
  await writeFile(join(folder, "README.md"), showsPictures(repository) ? readme : withoutPictures(readme));
  await buildPackage(inProject(), folder, kind);
  // Machines read it: its indentation would be a third of its weight.
  const schema = join(folder, "media/policy.schema.json");
  await writeFile(schema, JSON.stringify(JSON.parse(await readFile(schema, "utf8"))));
  const published = { ...manifestOf(kind, manifest), ...addresses(repository) };
  await writeFile(join(folder, "package.json"), JSON.stringify(published));
  return { repository };
}

type Manifest = Record<string, unknown> & { engines: { node: string } };

function manifestOf(kind: PackageKind, manifest: Manifest): Record<string, unknown> {
  if (kind === "extension") {
    const { scripts: _, devDependencies: __, allowScripts: ___, ...rest } = manifest;
    return rest;
  }
  const { name, version, description, license, keywords, engines, bin } = manifest;
  return { name, version, description, license, keywords, engines: { node: engines.node }, bin };
}

/** @throws {Error} where it is no `https://HOST/OWNER/NAME`. */
function repositoryIn({ [REPOSITORY]: page }: NodeJS.ProcessEnv): string | null {
  if (!page) return null;
  if (/^https:\/\/[\w.-]+(?:\/[\w.-]+){2,}$/.test(page) && !page.endsWith(".git")) return page;
  throw new Error(`${REPOSITORY} must be a page such as https://github.com/OWNER/NAME, and is ${page}.`);
}

function addresses(repository: string | null) {
  if (repository === null) return {};
  return {
    repository: { type: "git", url: `git+${repository}.git` },
    bugs: { url: `${repository}/issues` },
    homepage: `${repository}#readme`,
  };
}

/** The packers turn relative pictures into links for these two forges; elsewhere an editor shows a broken frame. */
const showsPictures = (repository: string | null) =>
  repository !== null && /^https:\/\/(?:github|gitlab)\.com\//.test(repository);

const withoutPictures = (readme: string) => readme.replace(/^!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, "");
