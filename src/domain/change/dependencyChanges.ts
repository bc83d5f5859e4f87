import { posixBaseName } from "../text/repositoryPath.ts";

/**
 * The value of a JSON text, or undefined where it is none, or says two things under one key: programs differ in which
 * of the two they take, so its meaning is unclear.
 */
export function parseJson(text: string): unknown {
  try {
    // Some editors write a byte order mark, and package managers ignore it.
    const bare = text.replace(/^\ufeff/, "");
    const value: unknown = JSON.parse(bare);
    return hasTwins(bare) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a map of a JSON text, which is sound, has a key twice. */
function hasTwins(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  let last: string | null = null;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const keys = open.at(-1)!;
      const key: string = JSON.parse(last!);
      if (keys!.has(key)) return true;
      keys!.add(key);
    }
    last = token;
  }
  return false;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The same text for the same value, whatever the order of its keys.
 * @throws {RangeError} if it is nested too deeply.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/**
 * Files, by base name in lower case, in which any change counts as a change of dependencies: manifests, lock files, and
 * the package managers' settings, which say where packages come from and what replaces them.
 */
const MANIFESTS = new Set(
  [
    // JavaScript
    ".npmrc .pnp.cjs .pnp.data.json .pnp.loader.mjs .pnpmfile.cjs .pnpmfile.mjs .yarnrc .yarnrc.yaml .yarnrc.yml",
    "bower.json bun.lock bun.lockb bunfig.toml deno.json deno.jsonc deno.lock import_map.json jsr.json lerna.json",
    "npm-shrinkwrap.json package-lock.json package.json5 package.yaml pnpm-lock.yaml pnpm-workspace.yaml",
    "pnpmfile.js rush.json yarn.lock",
    // Python
    "conda-lock.yml environment.yaml environment.yml pdm.lock pdm.toml pip.conf pip.ini pipfile pipfile.lock pixi.lock",
    "pixi.toml poetry.lock poetry.toml pylock.toml pyproject.toml setup.cfg setup.py uv.lock uv.toml",
    // Rust, Go, Ruby, PHP, Elixir, Erlang, Swift, Dart
    "cargo.lock cargo.toml go.mod go.sum go.work go.work.sum gemfile gemfile.lock gems.locked gems.rb",
    "composer.json composer.lock symfony.lock mix.exs mix.lock rebar.config rebar.lock cartfile cartfile.resolved",
    "package.resolved package.swift podfile podfile.lock pubspec.lock pubspec.yaml pubspec_overrides.yaml",
    // The JVM
    "build.gradle build.gradle.kts build.sbt buildscript-gradle.lockfile deps.edn gradle-wrapper.jar",
    "gradle-wrapper.properties gradle.lockfile gradle.properties ivy.xml libs.versions.toml maven-wrapper.properties",
    "plugins.sbt pom.xml project.clj settings.gradle settings.gradle.kts verification-metadata.xml",
    // .NET, C and C++
    "conan.lock conanfile.py conanfile.txt directory.build.props directory.build.targets directory.packages.props",
    "global.json nuget.config packages.config packages.lock.json paket.dependencies paket.lock paket.references",
    "vcpkg-configuration.json vcpkg.json",
    // The rest
    ".gitmodules .terraform.lock.hcl brewfile cabal.project cabal.project.freeze chart.lock chart.yaml cpanfile",
    "cpanfile.snapshot dub.json dub.selections.json elm.json flake.lock flake.nix manifest.toml module.bazel",
    "module.bazel.lock project.toml renv.lock shard.lock shard.yml stack.yaml stack.yaml.lock workspace",
    "workspace.bazel",
  ]
    .join(" ")
    .split(" "),
);

const PATTERNS = [
  /^(?:requirements|constraints)[\w.-]*\.(?:txt|in)$/,
  /\.(?:csproj|fsproj|vbproj|vcxproj|nuspec|gemspec|gradle|cabal|opam|nimble|rockspec)$/,
  /\.(?:gradle\.kts|versions\.toml)$/,
];

/** Folders whose every file is a package manager's: its program, its plugins, its patches, its settings. */
const FOLDERS =
  /(?:^|\/)(?:\.yarn|\.mvn|\.bundle|\.cargo|\.nuget|\.paket|gradle\/wrapper)\/|(?:^|\/)(?:requirements|constraints)\/[^/]+\.(?:txt|in)$/;

/** Whether any change of this file is a change of dependencies. `package.json` is not: it says much else. */
export function isManifest(path: string): boolean {
  const name = posixBaseName(path).toLowerCase();
  return (
    MANIFESTS.has(name) || PATTERNS.some((pattern) => pattern.test(name)) || FOLDERS.test(path.toLowerCase())
  );
}

export const isPackageJson = (path: string) => posixBaseName(path).toLowerCase() === "package.json";

/** The parts of a `package.json` that say which packages it gets, and from where. */
const SECTIONS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "bundleDependencies",
  "bundledDependencies",
  "dependenciesMeta",
  "peerDependenciesMeta",
  "trustedDependencies",
  "patchedDependencies",
  "overrides",
  "resolutions",
  "catalog",
  "catalogs",
  "workspaces",
  "packageManager",
  "devEngines",
  "pnpm",
];

/** Sections in which each key is a package; the others are reported as a whole. */
const PLAIN_SECTIONS = new Set(SECTIONS.slice(0, 4));

/** What two versions of a `package.json` depend on differently: `left-pad 1.0.0 → 1.1.0`. Null: it cannot be read. */
export function changedPackages(before: string | null, after: string | null): string[] | null {
  const [old, now] = [before, after].map(dependenciesOf);
  if (!old || !now) return null;
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changes = keys.flatMap((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    const name = key.slice(key.indexOf("\0") + 1);
    if (from === to) return [];
    if (from === undefined) return [`${name} ${to} added`];
    return [to === undefined ? `${name} ${from} removed` : `${name} ${from} → ${to}`];
  });
  // A package in two sections usually changes in both.
  return [...new Set(changes)];
}

/** By section and name: one that is named in several sections must not hide in another. */
function dependenciesOf(text: string | null): Map<string, string> | null {
  const all = new Map<string, string>();
  if (text === null) return all;
  const content = parseJson(text);
  if (!isMap(content)) return null;
  for (const section of SECTIONS) {
    const value = Object.hasOwn(content, section) ? content[section] : undefined;
    if (value === undefined) continue;
    const entries = isMap(value) ? Object.entries(value) : [["", value] as const];
    for (const [name, version] of entries) {
      const shown =
        PLAIN_SECTIONS.has(section) && name !== "" ? name : [section, name].filter(Boolean).join(" ");
      all.set(`${section}\0${shown}`, typeof version === "string" ? version : canonical(version));
    }
  }
  return all;
}
