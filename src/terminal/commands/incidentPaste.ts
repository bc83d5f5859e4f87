import { text as readAll } from "node:stream/consumers";
import { HumanError } from "../../domain/humanError.ts";
import { command } from "../command.ts";
import { entered } from "../entered.ts";

export const incidentPaste = command({
  name: "incident paste",
  at: "happened",
  args: "ID [TEXT…]",
  summary: "puts log or chat lines on its timeline, each at the time that it carries",
  options: {
    zone: { value: "Z", help: "for times without a zone: local, UTC or a name such as Europe/Oslo" },
  },
  details: [
    "Without TEXT it reads stdin. A line without a time belongs to the line before; the first lines happened at --at, or now.",
    "Read are ISO 8601, RFC 3339, web server logs, syslog, seconds since 1970, and times of day as in chats, whose day is the incident's.",
  ],
  async run({ args: [id = "", given], values, project }) {
    const text = given ?? (await piped());
    const { addPasted } = await import("../../app/pastedText.ts");
    const opened = await project();
    const zone = values.zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : values.zone;
    const events = await addPasted(opened, id, text, zone ?? null);
    const count = `${events.length} ${events.length === 1 ? "entry" : "entries"}, the last`;
    return entered(opened, events, `Noted ${count}`);
  },
});

async function piped(): Promise<string> {
  if (process.stdin.isTTY)
    throw new HumanError("usage", "incident paste needs a TEXT, or something on stdin.");
  return readAll(process.stdin);
}
