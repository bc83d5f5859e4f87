import type { Command } from "./call/command.ts";
import { actions } from "./commands/actions.ts";
import { changelog } from "./commands/changelog.ts";
import { checklist } from "./commands/checklist.ts";
import { completion } from "./commands/completion.ts";
import {
  councilApprove,
  councilOverride,
  councilReject,
  councilRequest,
  councilShow,
} from "./commands/council.ts";
import { doctor } from "./commands/doctor.ts";
import { init, postmortem, runbook } from "./commands/documents.ts";
import { dropDemote, dropList, dropPromote, dropRetract, dropShip, dropShow } from "./commands/drop.ts";
import { gate } from "./commands/gate.ts";
import {
  incidentList,
  incidentMark,
  incidentNote,
  incidentOpen,
  incidentOwn,
  incidentPaste,
  incidentPause,
  incidentReopen,
  incidentRepolicy,
  incidentResume,
  incidentRetract,
  incidentSeverity,
  incidentShow,
  incidentSummary,
} from "./commands/incident.ts";
import { log } from "./commands/log.ts";
import { policyCheck, policySchema, policyShow } from "./commands/policy.ts";
import { publish } from "./commands/publish.ts";
import { scorecard } from "./commands/scorecard.ts";
import { status } from "./commands/status.ts";
import { sync } from "./commands/sync.ts";
import { undo } from "./commands/undo.ts";
import { update } from "./commands/update.ts";
import { watch } from "./commands/watch.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  init,
  policyCheck,
  policyShow,
  policySchema,
  status,
  incidentOpen,
  incidentMark,
  incidentSeverity,
  incidentPause,
  incidentResume,
  incidentReopen,
  incidentOwn,
  incidentNote,
  incidentPaste,
  incidentSummary,
  incidentRetract,
  incidentRepolicy,
  incidentShow,
  incidentList,
  postmortem,
  runbook,
  update,
  actions,
  dropList,
  dropShow,
  checklist,
  watch,
  changelog,
  undo,
  dropShip,
  dropRetract,
  dropPromote,
  dropDemote,
  councilRequest,
  councilApprove,
  councilReject,
  councilOverride,
  councilShow,
  gate,
  scorecard,
  publish,
  sync,
  log,
  doctor,
  completion,
];
