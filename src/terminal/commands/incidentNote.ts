import { addNote } from "../../app/incidents.ts";
import { command } from "../command.ts";
import { entered } from "../entered.ts";
import { optionalInstant } from "../instantArgument.ts";

export const incidentNote = command({
  name: "incident note",
  args: "ID TEXT…",
  summary: "adds a line to its timeline",
  options: { "at-time": { value: "I", help: "when it was so; default: now" } },
  async run({ args: [id = "", text = ""], values, project, now }) {
    const at = optionalInstant("--at-time", values["at-time"], now);
    const opened = await project();
    return entered(opened, await addNote(opened, id, text, at), "Noted");
  },
});
