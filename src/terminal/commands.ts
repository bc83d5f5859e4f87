import type { Command } from "./command.ts";
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
import { postmortem, runbook } from "./commands/documents.ts";
import { dropList } from "./commands/dropList.ts";
import { dropRetract, dropShip } from "./commands/dropShip.ts";
import { dropShow } from "./commands/dropShow.ts";
import { dropDemote, dropPromote } from "./commands/dropStages.ts";
import { gate } from "./commands/gate.ts";
import {
  incidentPause,
  incidentReopen,
  incidentRepolicy,
  incidentResume,
  incidentSeverity,
} from "./commands/incidentChanges.ts";
import { incidentList } from "./commands/incidentList.ts";
import { incidentMark } from "./commands/incidentMark.ts";
import { incidentNote } from "./commands/incidentNote.ts";
import { incidentOpen } from "./commands/incidentOpen.ts";
import { incidentPaste } from "./commands/incidentPaste.ts";
import { incidentRetract } from "./commands/incidentRetract.ts";
import { incidentShow } from "./commands/incidentShow.ts";
import { incidentSummary } from "./commands/incidentSummary.ts";
import { init } from "./commands/init.ts";
import { log } from "./commands/log.ts";
import { policyCheck } from "./commands/policyCheck.ts";
import { policySchema } from "./commands/policySchema.ts";
import { policyShow } from "./commands/policyShow.ts";
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
