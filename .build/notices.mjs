import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/**
 * The licences of all the packages that went into bundles, as one text. Read from what the bundler says it has put in,
 * so that a new dependency, or one of a dependency's own, cannot be forgotten.
 * @param {readonly import("esbuild").Metafile[]} metafiles
 * @param {string} root What their paths are relative to.
 * @returns {Promise<string>}
 * @throws when a package has no licence text: then it must not be passed on.
 */
export async function noticesFor(metafiles, root) {
  const notices = await Promise.all([...bundledFolders(metafiles, root)].map(noticeOf));
  notices.sort((a, b) => (a.title < b.title ? -1 : 1));
  return [PREAMBLE, ...notices.map(({ title, text }) => `${RULE}\n${title}\n${RULE}\n\n${text}`)].join("\n");
}

const PREAMBLE =
  "Dropclock contains code of the packages below, each under the licence that follows its name.\n";
const RULE = "-".repeat(80);

/** The folder of a package, however deep below others' `node_modules` it lies. */
const PACKAGE = /^.*[\\/]?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/** @type {(metafiles: readonly import("esbuild").Metafile[], root: string) => Set<string>} */
function bundledFolders(metafiles, root) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((each) => Object.keys(each.inputs)),
  );
  const folders = new Set();
  for (const input of inputs) {
    const [folder] = PACKAGE.exec(input) ?? [];
    if (folder !== undefined) folders.add(resolve(root, folder));
  }
  return folders;
}

/** @type {(folder: string) => Promise<{ title: string; text: string }>} */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts
    .map((each) => each.replace(/\r\n?/g, "\n").trim())
    .filter((each) => each !== "")
    .join("\n\n");
  if (text === "" || typeof license !== "string")
    throw new Error(
      `${name} ${version} is bundled and has no licence text in ${folder}; use another package, or ask its authors for one.`,
    );
  return { title: `${name} ${version} (${license})`, text: `${text}\n` };
}
