import { readDropStory } from "../../app/dropStory.ts";
import { findIncident } from "../../app/incidents.ts";
import { incidentDetail } from "../../app/report.ts";
import { incidentStatus } from "../../domain/incidentStatus.ts";
import { storyOf } from "../../domain/story.ts";
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
    const incident = findIncident(release, id);
    const status = incidentStatus(incident, at, every);
    const story = storyOf(incident, at, await readDropStory(opened.repository, release, incident));
    return {
      json: incidentDetail(status, story, at),
      text: (page) => incidentDetailText(status, story, at, page),
    };
  },
});
