import { changeSeverity, reopenIncident, repolicyIncident, setPaused } from "../../app/incident/incidents.ts";
import { SEVERITIES } from "../../domain/policy/terms.ts";
import { command } from "../call/command.ts";
import { choose } from "../choose.ts";
import { entered } from "../entered.ts";

/** The commands that change how an incident's clocks run. Each wants its reason on record. */

const WHY = { why: { value: "W", required: true, help: "the reason, for the record" } } as const;

export const incidentSeverity = command({
  name: "incident severity",
  at: "happened",
  args: "ID S",
  summary: "changes the severity; the new targets count from each clock's own start",
  options: WHY,
  details: [`A severity is one of ${SEVERITIES.join(", ")}.`],
  async run({ args: [id = "", word = ""], values, project }) {
    const severity = choose("severity", word, SEVERITIES);
    const opened = await project();
    const events = await changeSeverity(opened, id, severity, values.why);
    return entered(opened, events, `Severity changed to ${severity}`);
  },
});

export const incidentPause = command({
  name: "incident pause",
  at: "happened",
  args: "ID",
  summary: "stops the time of its clocks",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await setPaused(opened, id, true, values.why), "Paused");
  },
});

export const incidentResume = command({
  name: "incident resume",
  at: "happened",
  args: "ID",
  summary: "lets its clocks go on",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await setPaused(opened, id, false, values.why), "Resumed");
  },
});

export const incidentReopen = command({
  name: "incident reopen",
  at: "happened",
  args: "ID",
  summary: "starts a new round; the verdicts of the one before stay on record",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await reopenIncident(opened, id, values.why), "Reopened");
  },
});

export const incidentRepolicy = command({
  name: "incident repolicy",
  at: "happened",
  args: "ID",
  summary: "judges it by the policy of today from now on",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await repolicyIncident(opened, id, values.why), "Took over the policy of today");
  },
});
