import { chmodSync } from "node:fs";
import { join } from "node:path";
import { type Attack, type Attacker, control } from "./attack.ts";
import { BREACHED, expectCode, GITHUB, Lab, listening, obeyed } from "./lab.ts";

const SECRET = "s3cret-of-the-team";
const KNOWS = { DROPCLOCK_SECRET_TEAM: SECRET };

const reading = (url: string) => `version: 1
targets: { critical: { detect: 52w } }
signals:
  - { name: errors, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1", for: 0s, every: 1s, errors: 1, then: notify }
  - { name: pages, alertmanager: { url: "${url}", matchers: ["a=\\"b\\""], auth: { bearer: team } }, then: notify, every: 1s, errors: 1 }
`;

/** Watches for a moment a team whose signals are read from this server; gives what was printed. */
async function watched(answer: Parameters<typeof listening>[0], environment: NodeJS.ProcessEnv = KNOWS) {
  const server = await listening(answer);
  try {
    const lab = new Lab(reading(server.url));
    const result = await lab.member("Ana", environment).run("watch", "--for", "2s");
    if (server.asked.length === 0) throw new Error(`the server was not asked: ${result.stderr}`);
    return { ...result, asked: server.asked };
  } finally {
    server.stop();
  }
}

/** Somebody else's server; what it was given. */
async function redirectedTo(location: (url: string) => string, status: number): Promise<string | null> {
  const other = await listening(BREACHED);
  try {
    await watched((_, response) => response.writeHead(status, { location: location(other.url) }).end());
    const given = other.asked.filter(
      ({ headers, url }) => headers.authorization !== undefined || url?.includes(SECRET),
    );
    return given.length > 0 ? "the other server got the secret" : null;
  } finally {
    other.stop();
  }
}

const EVIL = "\u001b[2J\u202e##[set-env name=a]b\r\n::add-mask::x\n::stop-commands::y\n\u009b31m";

const answers: Record<string, Parameters<typeof listening>[0]> = {
  "an error whose text speaks to the run": (_, response) =>
    response.writeHead(500, { "content-type": "text/plain" }).end(EVIL),
  "an error of Prometheus with such a text": (_, response) =>
    response
      .writeHead(400, { "content-type": "application/json" })
      .end(JSON.stringify({ status: "error", errorType: EVIL, error: EVIL })),
  "alerts and labels with such names": (_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify([
        {
          labels: { alertname: EVIL, a: "b" },
          annotations: { summary: EVIL },
          status: { state: "active" },
          startsAt: EVIL,
        },
      ]),
    ),
  "a redirect to such an address": (_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:9/${encodeURIComponent(EVIL)}/##[x]` }).end(),
};

const denials: Record<string, Parameters<typeof listening>[0]> = {
  "an answer without end": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write("[".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  },
  "an answer nested 200,000 deep": (_, response) => response.end("[".repeat(200_000)),
  "no answer at all": () => {},
  "a loop of redirects": (request, response) =>
    response.writeHead(307, { location: request.url ?? "/" }).end(),
};

/** The remote's own words on a push and a fetch, as its hooks print them. */
const hostileRemote: Attack = {
  wayIn: "what the remote's hooks print, on a push that it refuses",
  wants: "speak to the terminal or the run",
  attempt: async () => {
    const lab = new Lab("version: 1\n");
    lab.bare.write(
      "hooks/pre-receive",
      `#!/bin/sh\nprintf '\\033[2J\\342\\200\\256##[set-env name=a]b\\n::add-mask::x\\n' >&2\nexit 1\n`,
    );
    chmodSync(join(lab.bare.dir, "hooks/pre-receive"), 0o755);
    lab.bare.git("config", "core.hooksPath", "hooks");
    const victim = lab.member("Ana", GITHUB);
    for (const call of [
      ["incident", "open", "--title", "Down", "--no-drop"],
      ["sync"],
      ["status"],
      ["drop", "ship", "drop-2", "--push"],
      ["undo", "drop-1", "--yes"],
    ]) {
      const seen = obeyed(await victim.run(...call));
      if (seen) return `${call.join(" ")}: ${seen}`;
    }
    const { state } = await victim.json("sync");
    return state === "in-step" ? "a refused push is told as shared" : null;
  },
};

export const server: Attacker = {
  who: "server",
  attacks: [
    control("the server that the policy names does get the secret, and is believed", async () => {
      const { code, asked } = await watched(BREACHED);
      const given = asked.some(({ headers }) => headers.authorization === `Bearer ${SECRET}`);
      return given && code === 1 ? null : `given: ${given}, exit ${code}`;
    }),
    ...[301, 302, 303, 307, 308].map(
      (status): Attack => ({
        wayIn: `a redirect (${status}) to another host, with the Authorization header`,
        wants: "get a secret",
        attempt: () => redirectedTo((url) => `${url.replace("127.0.0.1", "localhost")}/api`, status),
      }),
    ),
    {
      wayIn: "a redirect to another port of the same host",
      wants: "get a secret",
      attempt: () => redirectedTo((url) => `${url}/api`, 307),
    },
    {
      wayIn: "the secret sent back in an error, a redirect and a header",
      wants: "get a secret",
      attempt: async () => {
        const { stdout, stderr } = await watched((request, response) =>
          response
            .writeHead(500, { "x-seen": SECRET, location: `/${SECRET}` })
            .end(`bad token ${request.headers.authorization}`),
        );
        return (stdout + stderr).includes(SECRET) ? "the secret is printed" : null;
      },
    },
    ...Object.entries(answers).map(
      ([name, answer]): Attack => ({
        wayIn: name,
        wants: "speak to the terminal or the run",
        attempt: async () => obeyed(await watched(answer, { ...KNOWS, ...GITHUB })),
      }),
    ),
    ...Object.entries(denials).map(
      ([name, answer]): Attack => ({
        wayIn: name,
        wants: "stop the answer",
        attempt: async () => {
          const { code, stdout, stderr } = await watched(answer);
          expectCode({ code, stdout, stderr }, 1, 3);
          return code === 1 ? "it counts as a reading" : null;
        },
      }),
    ),
    hostileRemote,
  ],
};
