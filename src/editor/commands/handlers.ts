import { commands } from "vscode";
import { type CommandName, WALKTHROUGH } from "../model/ids.ts";
import { openGuide } from "../views/guide.ts";
import { updateChangelog, writeChangelog } from "./changelogCommand.ts";
import { type CommandContext, guarded, type Handler } from "./commandContext.ts";
import { approve, openRequest, override, reject, requestApproval, showScorecard } from "./councilCommands.ts";
import { openPostmortem, openRunbook, refreshPostmortem } from "./documentCommands.ts";
import {
  addClipboard,
  addSelection,
  addTerminalSelection,
  copyId,
  copyLink,
  declare,
  note,
  openPage,
  own,
  pause,
  reopen,
  repolicy,
  resume,
  retract,
  severity,
  show,
} from "./incidentCommands.ts";
import { backDate, changeMarkTime, impactStarted, markAny, markNow, undoMark } from "./milestoneCommands.ts";
import {
  askDefaultBranch,
  createPolicy,
  openPolicy,
  showPolicyChanges,
  syncLedger,
} from "./policyCommands.ts";
import { previewPublicRecord, publishRecord, writePublicSummary } from "./publicCommands.ts";
import { demote, promote, pushShippedTag, ship } from "./releaseCommands.ts";
import {
  clearChannelSecret,
  clearSignalSecret,
  setChannelSecret,
  setSignalSecret,
} from "./secretCommands.ts";
import { showActions } from "./showActions.ts";
import {
  continueUndo,
  exercise,
  openUndoBranch,
  openUndoLink,
  reapplyDrop,
  undoChanges,
  undoConflicts,
  undoDrop,
} from "./undoCommands.ts";
import { draftUpdate, sendUpdate } from "./updateCommands.ts";

/** The boundary of every command: what goes wrong inside is told here, once, in a sentence. */
export async function runCommand(
  context: CommandContext,
  name: CommandName,
  argument: unknown,
): Promise<void> {
  await guarded(context.log, name, async () => {
    if (!AT_ONCE.has(name)) await context.model.ready;
    await HANDLERS[name](context, argument);
  });
}

/** They tell nothing of a repository, so they wait for none to be read. */
const AT_ONCE: ReadonlySet<CommandName> = new Set(["openGuide", "gettingStarted", "showLog"]);

/** What each command does. */
const HANDLERS: Record<CommandName, Handler> = {
  declareIncident: declare,
  markMilestone: markAny,
  markStarted: impactStarted,
  markDetected: markNow("detected"),
  markAcknowledged: markNow("acknowledged"),
  markMitigated: markNow("mitigated"),
  markUpdated: markNow("updated"),
  markResolved: markNow("resolved"),
  markPostmortem: markNow("postmortem"),
  undoMark,
  changeMarkTime,
  backdateMilestone: backDate,
  pauseClocks: pause,
  resumeClocks: resume,
  changeSeverity: severity,
  reopenIncident: reopen,
  addNote: note,
  ownIncident: own,
  retractEvent: retract,
  repolicyIncident: repolicy,
  openPostmortem,
  openRunbook,
  draftUpdate,
  sendUpdate,
  refreshPostmortem,
  addSelectionToTimeline: addSelection,
  addTerminalSelectionToTimeline: addTerminalSelection,
  addClipboardToTimeline: addClipboard,
  updateChangelog,
  writeChangelog,
  previewPublicRecord,
  publishRecord,
  writePublicSummary,
  undoDrop,
  continueUndo,
  createPullRequest: openUndoLink,
  openPullRequest: openUndoLink,
  openUndoBranch,
  reapplyDrop,
  rehearseUndo: exercise(false),
  drillUndo: exercise(true),
  showUndoChanges: undoChanges,
  showUndoConflicts: undoConflicts,
  requestApproval,
  approveDrop: approve,
  rejectDrop: reject,
  overrideGate: override,
  openRequest,
  shipDrop: ship,
  pushTag: pushShippedTag,
  promoteDrop: promote,
  demoteDrop: demote,
  showScorecard,
  createPolicy,
  openPolicy,
  showPolicyChanges,
  askDefaultBranch,
  showActions,
  showIncident: show,
  copyIncidentId: copyId,
  copyIncidentLink: copyLink,
  showIncidentPage: openPage,
  syncLedger,
  setSignalSecret,
  clearSignalSecret,
  setChannelSecret,
  clearChannelSecret,
  refresh: ({ model }) => model.refresh(),
  showLog: async ({ log }) => log.show(),
  gettingStarted: async ({ extension }) => {
    const id = `${extension.extension.id}#${WALKTHROUGH}`;
    await commands.executeCommand("workbench.action.openWalkthrough", id, false);
  },
  openGuide: ({ extension }, place) => openGuide(extension.extensionPath, place),
};
