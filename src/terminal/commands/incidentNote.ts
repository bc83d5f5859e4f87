import { addNote } from "../../app/incident/incidents.ts";
import { command } from "../call/command.ts";
import { entered } from "../entered.ts";

export const incidentNote = command({
  name: "incident note",
  at: "happened",
  args: "ID TEXT…",
  summary: "adds a line to its timeline",
  async run({ args: [id = "", text = ""], project }) {
    const opened = await project();
    return entered(opened, await addNote(opened, id, text), "Noted");
  },
});
