import { nearest } from "../text/nearest.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import type { Comparison, Signal, SignalAuth } from "./policy.ts";
import { readInterval, readSpanOfTime } from "./policyDurations.ts";
import { SIGNAL_DEFAULTS_OF } from "./policyItemDefaults.ts";
import { AUTH_SCHEMES } from "./policySchemaSignal.ts";
import type { PolicyInput } from "./schema.ts";

type SignalInput = NonNullable<PolicyInput["signals"]>[number];

export function compileSignals(inputs: readonly SignalInput[], report: Report): Signal[] {
  checkUnique(inputs, ["signals"], report);
  return inputs.map((input, i) => compileSignal(input, ["signals", i], report));
}

/** Names stand for one thing each. */
export function checkUnique(entries: readonly { name: string }[], section: PolicyPath, report: Report): void {
  const seen = new Set<string>();
  entries.forEach(({ name }, i) => {
    if (seen.has(name))
      report(faultAt([...section, i, "name"], `is taken: there is a \`${name}\` above; choose another`));
    seen.add(name);
  });
}

function compileSignal(input: SignalInput, path: PolicyPath, report: Report): Signal {
  const source = compileSource(input, path, report);
  const defaults = SIGNAL_DEFAULTS_OF[source.kind];
  return {
    name: input.name,
    impact: input.impact ?? defaults.impact,
    source,
    breach: compileBreach(input, path, report),
    for: input.for === undefined ? defaults.for : readSpanOfTime(input.for, [...path, "for"], report),
    every: input.every === undefined ? defaults.every : readInterval(input.every, [...path, "every"], report),
    noData: input.noData ?? defaults.noData,
    errors: input.errors ?? defaults.errors,
    // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
    then: input.then ?? defaults.then,
    severity: input.severity ?? defaults.severity,
  };
}

function compileSource(
  { prometheus, alertmanager }: SignalInput,
  path: PolicyPath,
  report: Report,
): Signal["source"] {
  if (prometheus && alertmanager) {
    const message = "`alertmanager` cannot stand beside `prometheus`; make it a signal of its own.";
    report({ path: [...path, "alertmanager"], on: "key", message });
  }
  if (prometheus) {
    const { auth, ...source } = prometheus;
    checkUrl(source.url, [...path, "prometheus", "url"], report);
    return { kind: "prometheus", ...source, ...compileAuth(auth, [...path, "prometheus", "auth"], report) };
  }
  if (alertmanager) {
    const { auth, ...source } = alertmanager;
    checkUrl(source.url, [...path, "alertmanager", "url"], report);
    return {
      kind: "alertmanager",
      ...source,
      ...compileAuth(auth, [...path, "alertmanager", "auth"], report),
    };
  }
  report(faultAt(path, "must have `prometheus` or `alertmanager`, which says where it is read"));
  return { kind: "alertmanager", url: "", matchers: [] };
}

type AuthInput = NonNullable<NonNullable<SignalInput["prometheus"]>["auth"]>;

function compileAuth(
  input: AuthInput | undefined,
  path: PolicyPath,
  report: Report,
): { auth: SignalAuth } | undefined {
  if (input === undefined) return undefined;
  const [scheme, ...more] = AUTH_SCHEMES.filter((key) => input[key] !== undefined);
  if (scheme === undefined) {
    report(faultAt(path, `must have one of ${enumerate(AUTH_SCHEMES, "or")}, which names a secret`));
    return undefined;
  }
  for (const key of more) {
    const message = `There is one way to show who asks, and here is \`${scheme}\` already; remove \`${key}\`.`;
    report({ path: [...path, key], on: "key", message });
  }
  return { auth: { scheme, secret: input[scheme]! } };
}

// The address itself is never repeated in a message: messages go to logs and terminals.
function checkUrl(text: string, path: PolicyPath, report: Report): void {
  if (!URL.canParse(text)) {
    report(faultAt(path, "must be an address such as http://localhost:9090"));
    return;
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?#]*@/.test(text)) {
    report(
      faultAt(
        path,
        "must not hold a user name or a password, for secrets never belong in a policy; remove them",
      ),
    );
  } else if (/[?#]/.test(text)) {
    report(
      faultAt(path, "must be the base address alone; remove what follows the ? or #, and any secret in it"),
    );
  }
}

function compileBreach(input: SignalInput, path: PolicyPath, report: Report): Comparison | null {
  if (input.breach === undefined) {
    if (input.prometheus) report(faultAt(path, 'must have `breach` beside `prometheus`, such as "> 0.02"'));
    return null;
  }
  if (input.alertmanager && !input.prometheus) {
    report({
      path: [...path, "breach"],
      on: "key",
      message: "`breach` has no meaning beside `alertmanager`, whose alerts say it themselves; remove it.",
    });
  }
  const [, operator, number] = /^([<>=!]+)\s*(.+)$/.exec(input.breach) ?? [];
  return { operator: operator as Comparison["operator"], value: Number(number) };
}

/** Says so where a name is no signal of the policy. */
export function checkSignalName(
  name: string,
  known: readonly string[],
  path: PolicyPath,
  report: Report,
): void {
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  const question = meant === null ? "" : ` (did you mean \`${meant}\`?)`;
  const complaint = `must name a signal of this policy${question}`;
  report(
    faultAt(
      path,
      known.length === 0 ? `${complaint}; there is none under \`signals\`` : complaint,
      meant ?? undefined,
    ),
  );
}
