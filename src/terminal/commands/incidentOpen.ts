import { declareIncident } from "../../app/incident/incidents.ts";
import { INCIDENT_KINDS } from "../../domain/incidentEvents.ts";
import { SEVERITIES } from "../../domain/policy/terms.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { optionalInstant } from "../call/arguments.ts";
import { command } from "../call/command.ts";
import { choose } from "../choose.ts";
import { incidentAfter } from "../entered.ts";

export const incidentOpen = command({
  name: "incident open",
  ledger: "optional",
  at: "happened",
  summary: "declares an incident and prints its id",
  options: {
    title: { value: "T", required: true, help: "what people see, in a few words" },
    severity: { value: "S", help: `${SEVERITIES.join(", ")}; default: critical` },
    started: { value: "I", help: "when impact began; default: when its drop shipped, marked as assumed" },
    detected: { value: "I", help: "when it was seen; default: now" },
    drop: { value: "TAG", help: "the drop that caused it; default: the one that was current when it began" },
    "no-drop": { help: "no drop caused it" },
    kind: {
      value: "K",
      help: `${INCIDENT_KINDS.join(", ")}; default: real. The others never count in a scorecard`,
    },
  },
  details: ["An instant I is like 2026-11-23T10:04Z, 2026-11-23T10:04+01:00, now, or “15m ago”."],
  async run({ values, project, now }) {
    if (values["no-drop"] && values.drop !== undefined)
      throw new HumanError("usage", "--drop and --no-drop contradict each other; give one of them.");
    const severity =
      values.severity === undefined ? undefined : choose("severity", values.severity, SEVERITIES);
    const kind = values.kind === undefined ? undefined : choose("kind", values.kind, INCIDENT_KINDS);
    const started = optionalInstant("--started", values.started, now);
    const detected = optionalInstant("--detected", values.detected, now);
    const opened = await project();
    const drop = values["no-drop"] ? null : values.drop;
    const { id, events } = await declareIncident(opened, {
      title: values.title,
      ...(severity ? { severity } : {}),
      ...(kind ? { kind } : {}),
      ...(started === undefined ? {} : { started }),
      ...(detected === undefined ? {} : { detected }),
      ...(drop === undefined ? {} : { drop }),
    });
    const { report } = await incidentAfter(opened, id);
    return {
      json: { id, events: events.map((event) => event.id), incident: report },
      text: () => id,
    };
  },
});
