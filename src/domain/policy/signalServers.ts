import type * as z from "zod";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { line, oneOrMore, secretName, section } from "./schemaParts.ts";
import type { SignalAuth } from "./signalTerms.ts";

// Addresses of servers, and how to show who asks there.

const HEADERS = /^[A-Za-z0-9-]{1,64}$/;
const URL_EXPECTED = "an address such as http://localhost:9090";

export const httpAddress = (description: string, example: string) =>
  line(URL_EXPECTED, 2000)
    .regex(/^https?:\/\//, { error: URL_EXPECTED })
    .meta({ description, examples: [example] });
export const url = () =>
  httpAddress(
    "The base address, http or https, without user name, password or query.",
    "http://localhost:9090",
  );

/** How to show who asks. Each has exactly one of these keys. */
const AUTH_SCHEMES = ["bearer", "basic"] as const;
const authKeys = {
  bearer: secretName()
    .optional()
    .meta({ description: "The name of a secret that is sent as a bearer token.", examples: ["prometheus"] }),
  basic: secretName()
    .optional()
    .meta({ description: "The name of a secret that holds `user:password`.", examples: ["prometheus"] }),
};
const AUTH_MEANING =
  "Names the secret that opens the server: kept by `Dropclock: Set Signal Secret` in the editor, or in DROPCLOCK_SECRET_<NAME> for the command line; never in the policy.";
export const auth = () =>
  section(authKeys, "a map such as { bearer: prometheus }")
    .meta({ minProperties: 1, maxProperties: 1 })
    .optional()
    .describe(AUTH_MEANING);

const header = section(
  {
    ...authKeys,
    header: line("the name of a header such as DD-API-KEY", 64)
      .regex(HEADERS, { error: "the name of a header such as DD-API-KEY" })
      .optional()
      .meta({ description: "The header that the secret is sent in.", examples: ["DD-API-KEY"] }),
    secret: secretName()
      .optional()
      .meta({ description: "The name of the secret that is sent in `header`.", examples: ["datadog"] }),
  },
  "a map such as { header: DD-API-KEY, secret: datadog }",
);
export const headers = () =>
  oneOrMore(header, "a map such as { header: DD-API-KEY, secret: datadog }, or a list of them")
    .optional()
    .describe(AUTH_MEANING);

type AuthInput = z.infer<ReturnType<typeof auth>>;

export function compileAuth(
  input: AuthInput,
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

export function compileHeaders(
  input: z.infer<ReturnType<typeof headers>>,
  path: PolicyPath,
  report: Report,
): { auth: SignalAuth } | undefined {
  if (input === undefined) return undefined;
  const given = (Array.isArray(input) ? input : [input]).map(
    ({ header: name, secret, ...others }, i): SignalAuth => {
      const at = Array.isArray(input) ? [...path, i] : path;
      if (name === undefined && secret === undefined)
        return compileAuth(others, at, report)?.auth ?? { scheme: "bearer", secret: "" };
      if (name === undefined || secret === undefined || (others.basic ?? others.bearer) !== undefined)
        report(faultAt(at, "must have `header` and `secret`, or one of `bearer` or `basic`"));
      return { scheme: "header", header: name ?? "", secret: secret ?? "" };
    },
  );
  if (given.length > 4) report(faultAt(path, "must have at most four headers"));
  return { auth: given.reduceRight((also, first) => ({ ...first, also })) };
}

// The address itself is never repeated in a message: messages go to logs and terminals.
export function checkUrl(written: string, path: PolicyPath, report: Report): void {
  if (!checkAddress(written, path, report)) return;
  if (/[?#]/.test(written))
    report(
      faultAt(path, "must be the base address alone; remove what follows the ? or #, and any secret in it"),
    );
}

/** An address with its query, in which no secret may stand. */
export function checkWhole(written: string, path: PolicyPath, report: Report): void {
  if (!checkAddress(written, path, report)) return;
  for (const [, variable = ""] of written.matchAll(/\{\{([^{}]*)\}\}/g))
    if (!/^\s*(?:from|to)\.(?:seconds|milliseconds|iso)\s*$/.test(variable))
      report(
        faultAt(
          path,
          "may hold {{ from.seconds }}, {{ from.milliseconds }} and {{ from.iso }}, and the same of `to`",
        ),
      );
  if (/[?&](?:[a-z_-]*(?:api|app|access)[_-]?key|token|access_token|secret|password)=/i.test(written))
    report(faultAt(path, "must not hold a secret; name one under `auth`, and it is sent in a header"));
}

function checkAddress(written: string, path: PolicyPath, report: Report): boolean {
  const plain = written.replace(/\{\{[^{}]*\}\}/g, "0");
  const url = URL.canParse(plain) ? new URL(plain) : null;
  // What is asked, and which secret is sent there, must not depend on a variable.
  if (!url || !/^https?:\/\/[^/?#{}]*(?:[/?#]|$)/.test(written)) {
    report(faultAt(path, "must be an address such as http://localhost:9090"));
    return false;
  }
  if (url.username === "" && url.password === "" && !/^https?:\/\/[^/?#]*@/.test(written)) return true;
  report(
    faultAt(
      path,
      "must not hold a user name or a password, for secrets never belong in a policy; remove them",
    ),
  );
  return false;
}
