import { join, relative } from "node:path";
import type { Project } from "../../app/project/project.ts";
import type { PreparedUpdate } from "../../app/updates/sendUpdate.ts";
import { PUBLIC_STATUSES } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { choose } from "../call/arguments.ts";
import { type Answer, type Call, command, EXIT } from "../call/command.ts";

export const update = command({
  name: "update",
  args: "ID",
  at: "happened",
  summary: "scaffolds the next update for customers and prints its path; --send sends it",
  options: {
    status: { value: "S", help: "how it stands for the public; default: as the milestones say" },
    send: { value: "CHANNEL", help: "sends the newest update to a channel of the policy, once" },
    "allow-leaks": { help: "sends although a name, an address, a link or a token was found in the text" },
    yes: { help: "sends without asking" },
  },
  details: [
    `A status is one of ${PUBLIC_STATUSES.join(", ")}.`,
    "A channel's secret is read from DROPCLOCK_SECRET_<NAME>. What was sent is on record, and is not sent again.",
    "Exit status 1 when it was not sent because nobody said yes; 3 when it was not accepted.",
  ],
  async run({ args: [id = ""], values, project, directory, show, confirm }) {
    const status = values.status === undefined ? undefined : choose("status", values.status, PUBLIC_STATUSES);
    const opened = await project();
    if (values.send !== undefined) return send(opened, id, values.send, { ...values, show, confirm });
    const { scaffoldUpdate } = await import("../../app/updates/scaffoldUpdate.ts");
    const { path, created } = await scaffoldUpdate(opened, id, status);
    return { json: { path, created }, text: () => relative(directory, join(opened.root, path)) };
  },
});

interface Wish extends Pick<Call, "show" | "confirm"> {
  yes: boolean;
  "allow-leaks": boolean;
}

async function send(project: Project, id: string, channel: string, wish: Wish): Promise<Answer> {
  const { prepareUpdate, sendUpdate } = await import("../../app/updates/sendUpdate.ts");
  const { environmentSecrets } = await import("../../signals/secrets.ts");
  const { proxiedFetch } = await import("../../signals/proxy.ts");
  const prepared = await prepareUpdate(project, id, channel);
  if (prepared.sent) return answer(prepared, "sent before");
  if (prepared.leaks && !wish["allow-leaks"]) {
    throw new HumanError(
      "refused",
      `${prepared.path} should not get out: ${prepared.leaks}. Say it without, or add --allow-leaks.`,
    );
  }
  const asked = !wish.yes && wish.confirm !== null;
  if (!wish.yes && !(await confirmed(wish, prepared))) return answer(prepared, "not sent", asked);
  const copy = async () => {
    // A terminal has no clipboard of its own: the text is in the answer.
  };
  const { events } = await sendUpdate(project, prepared, {
    fetch: proxiedFetch(process.env),
    secrets: environmentSecrets(process.env),
    copy,
  });
  return answer(prepared, events.length > 0 ? "sent" : "sent before", asked);
}

const WORDS = {
  sent: "Sent, and on record.",
  "sent before": "Sent before, and not again; for something new, write the next update.",
  "not sent": "Nothing was sent; say yes, or add --yes.",
};

/** @param shown Whether the update was printed before. */
function answer(prepared: PreparedUpdate, outcome: keyof typeof WORDS, shown = false): Answer {
  const { incident, channel, path, status, text, target, key } = prepared;
  return {
    json: {
      id: incident.id,
      outcome,
      channel: channel.name,
      kind: channel.kind,
      target,
      path,
      status,
      text,
      key,
    },
    text: () => (shown ? WORDS[outcome] : `${updatePreview(prepared)}\n\n${WORDS[outcome]}`),
    exit: outcome === "not sent" ? EXIT.no : EXIT.fine,
  };
}

/** The exact text and where it goes, line by line, with nothing that a terminal would obey. */
function updatePreview({ channel, target, path, text }: PreparedUpdate): string {
  const lines = text.split("\n").map((line) => `  | ${plainText(line, 100_000)}`.trimEnd());
  return [
    `Channel  ${plainText(channel.name)}`,
    `Target   ${plainText(target, 600)}`,
    `File     ${plainText(path)}`,
    "Text",
    ...lines,
  ].join("\n");
}

async function confirmed({ confirm, show }: Wish, prepared: PreparedUpdate): Promise<boolean> {
  if (!confirm) return false;
  show(`${updatePreview(prepared)}\n`);
  return confirm("Send it?");
}
