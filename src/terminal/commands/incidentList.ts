import { incidentReport } from "../../app/drop/report.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command } from "../call/command.ts";
import { incidentListText } from "../text/incidentListText.ts";

export const incidentList = command({
  name: "incident list",
  summary: "the incidents that are not closed, the most urgent first",
  options: { all: { help: "the closed ones too" } },
  async run({ values, project }) {
    const opened = await project();
    const { release } = await opened.read();
    const { at, open, closed, unlisted } = statusAt(release, opened.now());
    const list = values.all ? [...open, ...closed] : open;
    const none =
      closed.length > 0 && !values.all
        ? "None open; the closed ones: dropclock incident list --all"
        : "None.";
    return {
      json: { at: formatInstant(at), incidents: list.map(incidentReport), unlisted },
      text: (page) => (list.length > 0 ? incidentListText(list, unlisted, page) : none),
    };
  },
});
