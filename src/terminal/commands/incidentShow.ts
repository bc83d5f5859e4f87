import { findIncident } from "../../app/incidents.ts";
import { incidentDetail } from "../../app/report.ts";
import { incidentStatus } from "../../domain/incidentStatus.ts";
import { command } from "../command.ts";
import { incidentDetailText } from "../text/incidentDetailText.ts";

export const incidentShow = command({
  name: "incident show",
  args: "ID",
  summary: "its clocks and its timeline",
  async run({ args: [id = ""], project }) {
    const opened = await project();
    const { release } = await opened.read();
    const at = opened.now();
    const { every } = release.policy.policy.updates;
    const status = incidentStatus(findIncident(release, id), at, every);
    return {
      json: incidentDetail(status, at),
      text: (page) => incidentDetailText(status, at, page),
    };
  },
});
