import { devNull } from "node:os";

// What would point git at another place than the folder it is started in, change what it prints, or make it run a
// program or wait for somebody. Everything else, such as credentials helpers and identities, is the person's own.
const DROPPED = new Set([
  "EDITOR",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_AUTHOR_DATE",
  "GIT_COMMITTER_DATE",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIFF_OPTS",
  "GIT_DIR",
  "GIT_EDITOR",
  "GIT_EXTERNAL_DIFF",
  "GIT_FLUSH",
  "GIT_GLOB_PATHSPECS",
  "GIT_GRAFT_FILE",
  "GIT_ICASE_PATHSPECS",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PAGER",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SEQUENCE_EDITOR",
  "GIT_SHALLOW_FILE",
  "GIT_TEMPLATE_DIR",
  "GIT_WORK_TREE",
  "LANGUAGE",
  "PAGER",
  "VISUAL",
]);

/** The environment for every git process: the given one, without what would make git do something else than asked. */
export function gitEnvironment(base: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    const upper = name.toUpperCase();
    if (value !== undefined && !DROPPED.has(upper) && !upper.startsWith("GIT_TRACE"))
      environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: "C",
    GIT_EDITOR: ":",
    GIT_PAGER: "cat",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // An object is what its name says: whoever may push refs can push refs/replace too, and grafts are local hearsay.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: devNull,
    // A path is a path: `*` and `:` in one mean nothing else.
    GIT_LITERAL_PATHSPECS: "1",
  };
}

// Hooks that a configuration names (git 2.54 and newer) are not kept away by an empty folder of hooks.
const HOOKS = [
  "commit-msg",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "post-rewrite",
  "pre-auto-gc",
  "pre-commit",
  "pre-merge-commit",
  "pre-push",
  "prepare-commit-msg",
  "reference-transaction",
];

/** Settings for every git process, so that nothing runs which the repository's own configuration names. */
export const SAFE_CONFIG: readonly string[] = [
  "core.fsmonitor=false",
  `core.hooksPath=${devNull}`,
  "log.showSignature=false",
  ...HOOKS.map((hook) => `hook.${hook}.enabled=false`),
];
