import { incidentDetail } from "../../app/drop/report.ts";
import { readDropStory } from "../../app/dropStory.ts";
import { findIncident } from "../../app/incident/incidents.ts";
import { incidentStatus } from "../../domain/incident/incidentStatus.ts";
import { storyOf } from "../../domain/record/story.ts";
import { command } from "../call/command.ts";
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
