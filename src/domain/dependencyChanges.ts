import { posixBaseName } from "./repositoryPath.ts";

/** Manifests and lock files, by base name, in which a change is a change of what is depended on. */
const MANIFESTS = new Set([
  "bun.lock",
  "bun.lockb",
  "build.gradle",
  "build.gradle.kts",
  "cargo.lock",
  "cargo.toml",
  "composer.json",
  "composer.lock",
  "deno.lock",
  "directory.packages.props",
  "gemfile",
  "gemfile.lock",
  "go.mod",
  "go.sum",
  "gradle.lockfile",
  "libs.versions.toml",
  "mix.exs",
  "mix.lock",
  "npm-shrinkwrap.json",
  "package-lock.json",
  "package.resolved",
  "package.swift",
  "packages.config",
  "packages.lock.json",
  "pipfile",
  "pipfile.lock",
  "pnpm-lock.yaml",
  "podfile",
  "podfile.lock",
  "poetry.lock",
  "pom.xml",
  "pubspec.lock",
  "pubspec.yaml",
  "pyproject.toml",
  "setup.cfg",
  "uv.lock",
  "yarn.lock",
]);

const OTHERS = /^(?:requirements[\w.-]*\.(?:txt|in)|[\w.-]+\.(?:csproj|fsproj|vbproj|gemspec))$/i;

/** Whether any change of this file is a change of dependencies. `package.json` is not: it says much else. */
export function isManifest(path: string): boolean {
  const name = posixBaseName(path);
  return MANIFESTS.has(name.toLowerCase()) || OTHERS.test(name);
}

export const isPackageJson = (path: string) => posixBaseName(path) === "package.json";

const SECTIONS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "overrides",
  "peerDependencies",
  "resolutions",
];

/** What two versions of a `package.json` depend on differently: `left-pad 1.0.0 → 1.1.0`. Null: nobody can tell. */
export function changedPackages(before: string | null, after: string | null): string[] | null {
  const [old, now] = [before, after].map(dependenciesOf);
  if (!old || !now) return null;
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    if (from === to) return [];
    if (from === undefined) return [`${key} ${to} added`];
    return [to === undefined ? `${key} ${from} removed` : `${key} ${from} → ${to}`];
  });
}

function dependenciesOf(text: string | null): Map<string, string> | null {
  const all = new Map<string, string>();
  if (text === null) return all;
  try {
    const content = JSON.parse(text);
    for (const section of SECTIONS)
      for (const [name, version] of Object.entries(content[section] ?? {}))
        all.set(name, typeof version === "string" ? version : JSON.stringify(version));
    return all;
  } catch {
    return null;
  }
}
