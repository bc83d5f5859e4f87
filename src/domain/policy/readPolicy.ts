import { NOT_UTF_8 } from "../text/plainText.ts";
import { compilePolicy } from "./compilePolicy.ts";
import type { PolicyFault } from "./fault.ts";
import { placeFault, placeTrouble, TextPlaces } from "./places.ts";
import { DEFAULT_POLICY, type Policy, type PolicyProblem } from "./policy.ts";
import { type PolicyInput, policySchema } from "./schema.ts";
import { schemaFaults } from "./schemaFaults.ts";
import { type Located, leadsToBroken, readSource, type Trouble } from "./source.ts";

interface PolicyReading {
  /** Null as soon as there is one problem. */
  policy: Policy | null;
  /** In the order of the text. */
  problems: PolicyProblem[];
}

/** Far above any real policy, and little enough that even a hostile one is judged within about a second. */
const LONGEST_TEXT = 64 * 1024;
const MOST_PROBLEMS = 200;

/** Reads `.dropclock/policy.yaml`. Never throws, whatever the text. */
export function readPolicy(text: string): PolicyReading {
  // A byte order mark is no column, neither for editors nor for compilers.
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  const places = new TextPlaces(source);
  const refuse = (message: string, at = 0): PolicyReading => ({
    policy: null,
    problems: [{ message, place: places.place([at, at]) }],
  });
  if (source.length > LONGEST_TEXT) {
    return refuse(
      `A policy has at most ${LONGEST_TEXT} characters, and this one ${source.length}; make it smaller.`,
    );
  }
  // Read as what it is not, a name would stand garbled in every document and customer update.
  const foreign = source.search(NOT_UTF_8);
  if (foreign >= 0) return refuse("This is no UTF-8 text; save the policy as UTF-8.", foreign);
  try {
    return judge(source, places);
  } catch {
    // No input is known that leads here; but an exception would take the clock away, and this does not.
    return refuse("The policy cannot be read; undo the last change to it.");
  }
}

function judge(text: string, places: TextPlaces): PolicyReading {
  const { root, troubles } = readSource(text);
  const { policy, faults } = root ? check(root) : { policy: structuredClone(DEFAULT_POLICY), faults: [] };
  const problems = [
    ...troubles.map((trouble: Trouble) => placeTrouble(trouble, places)),
    ...faults
      .filter((fault) => !leadsToBroken(root!, fault.path))
      .map((fault) => placeFault(fault, root!, places)),
  ];
  if (problems.length === 0) return { policy, problems };
  return { policy: null, problems: inOrder(problems) };
}

function check(root: Located): { policy: Policy | null; faults: PolicyFault[] } {
  const faults: PolicyFault[] = [];
  const parsed = policySchema.safeParse(root.value);
  if (parsed.success) {
    const policy = compilePolicy(parsed.data, new Set(), (fault) => faults.push(fault));
    return { policy, faults };
  }
  const { issues } = parsed.error;
  faults.push(...schemaFaults(issues.slice(0, MOST_PROBLEMS), root.value));
  // The sections that passed can be judged further all the same.
  const broken = new Set(issues.map((issue) => String(issue.path[0])));
  if (isMap(root.value)) {
    const sound = Object.keys(policySchema.shape).filter(
      (key) => Object.hasOwn(root.value as object, key) && !broken.has(key),
    );
    const rest = Object.fromEntries(sound.map((key) => [key, (root.value as Record<string, unknown>)[key]]));
    compilePolicy(rest as Partial<PolicyInput>, broken, (fault) => faults.push(fault));
  }
  return { policy: null, faults };
}

const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

function inOrder(problems: readonly PolicyProblem[]): PolicyProblem[] {
  const sorted = [...problems].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  // One slip often trips the parser twice in one place; and the same value may be reached through several aliases.
  const first = sorted.filter(({ place, message }, i) => {
    const before = sorted[i - 1];
    return (
      !before ||
      before.place.line !== place.line ||
      before.place.column !== place.column ||
      before.message !== message
    );
  });
  return first.slice(0, MOST_PROBLEMS);
}
