import { retractEvent } from "../../app/incident/incidents.ts";
import { command } from "../call/command.ts";
import { entered } from "../entered.ts";

export const incidentRetract = command({
  name: "incident retract",
  at: "happened",
  args: "ID EVENT",
  summary: "takes a mistake back; it stays on the timeline, struck out",
  options: { why: { value: "W", required: true, help: "the reason, for the record" } },
  details: ["EVENT is its id, or the ending that incident show prints."],
  async run({ args: [id = "", event = ""], values, project }) {
    const opened = await project();
    return entered(opened, await retractEvent(opened, id, event, values.why), "Retracted");
  },
});
