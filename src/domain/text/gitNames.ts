export interface Complaint {
  /** Goes on after the name of what it is about. */
  text: string;
  replacement?: string;
}

// What `git check-ref-format` refuses in any name, beside what is not allowed at its ends.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that git refuses
const NEVER = /\.\.|@\{|\/\/|[\x00-\x20\x7f~^:\\]/;

/** What is wrong with the name of a branch or a remote; null when git would take it. */
export function refComplaint(name: string): Complaint | null {
  if (name.startsWith("-"))
    return { text: "must not start with a hyphen, for git would read it as an option" };
  if (name.startsWith("refs/")) {
    const short = /^refs\/(?:heads|remotes)\/(.+)$/.exec(name)?.[1];
    return { text: "must be the short name, without `refs/`", ...(short ? { replacement: short } : {}) };
  }
  const parts = name.split("/");
  const wrong =
    NEVER.test(name) ||
    /[?*[]/.test(name) ||
    name === "@" ||
    name.endsWith(".") ||
    parts.some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
  return wrong ? { text: "must be a name that git allows: no spaces, `..`, or any of ~ ^ : ? * [ \\" } : null;
}

/** What is wrong with a pattern for tag names; null when it can match one. */
export function tagPatternComplaint(pattern: string): Complaint | null {
  if (pattern.startsWith("-"))
    return { text: "must not start with a hyphen, for git would read it as an option" };
  if (pattern.startsWith("refs/tags/")) {
    return {
      text: "must match the short name of a tag, without `refs/tags/`",
      replacement: pattern.slice(10),
    };
  }
  return namePatternComplaint(pattern, "tag");
}

/** What is wrong with a pattern for the names of branches; null when it can match one. */
export function branchPatternComplaint(pattern: string): Complaint | null {
  if (pattern.startsWith("-") || pattern.startsWith("refs/")) return refComplaint(pattern);
  return namePatternComplaint(pattern, "branch");
}

/** Beside names it holds what git takes for a glob: in brackets a ^ and classes such as [:digit:], and backslashes. */
function namePatternComplaint(pattern: string, kind: "tag" | "branch"): Complaint | null {
  const names = pattern.replace(/\\(.)/g, "$1").replace(/\[[!^]?\]?(?:\[:[a-z]+:\]|[^\]])*\]/g, "x");
  if (NEVER.test(names))
    return {
      text: `must be a pattern for ${kind} names: no spaces, \`..\`, or any of ~ ^ : outside of brackets`,
    };
  if (pattern.startsWith("!")) return { text: "must not start with !, which would match everything else" };
  return unclosed(pattern) ? { text: "must close each [ and { that it opens" } : null;
}

/** What is wrong with a glob; null when it can match something. */
export function globComplaint(pattern: string): Complaint | null {
  if (pattern.startsWith("!")) return { text: "must not start with !, which would match everything else" };
  if (pattern.startsWith("#")) return { text: "must not start with #, which would match nothing" };
  if (unclosed(pattern)) return { text: "must close each [ and { that it opens" };
  return null;
}

/** What is wrong with a pattern for files of the repository; null when it can match one. */
export function filePatternComplaint(pattern: string): Complaint | null {
  if (/^(?:[\\/]|[A-Za-z]:)/.test(pattern)) {
    const text = "must be relative to the repository's root";
    const relative = pattern.replace(/^\/+/, "");
    return relative !== "" && relative !== pattern && filePatternComplaint(relative) === null
      ? { text, replacement: relative }
      : { text };
  }
  if (pattern.split(/[\\/]/).includes("..")) return { text: "must stay inside the repository, without `..`" };
  if (pattern.startsWith("./"))
    return { text: "must not start with ./", replacement: pattern.replace(/^(?:\.\/)+/, "") };
  return globComplaint(pattern);
}

function unclosed(pattern: string): boolean {
  let open = "";
  for (const char of pattern.replace(/\\./g, "")) {
    if (open.endsWith("[")) {
      if (char === "]") open = open.slice(0, -1);
    } else if (char === "[" || char === "{") open += char;
    else if (char === "}") open = open.endsWith("{") ? open.slice(0, -1) : open;
  }
  return open !== "";
}
