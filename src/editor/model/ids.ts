/** Every name that this extension gives to VS Code. A test holds it against package.json, both ways. */

export const COMMAND_NAMES = [
  "declareIncident",
  "markMilestone",
  "markStarted",
  "markDetected",
  "markAcknowledged",
  "markMitigated",
  "markUpdated",
  "markResolved",
  "markPostmortem",
  "undoMark",
  "changeMarkTime",
  "backdateMilestone",
  "pauseClocks",
  "resumeClocks",
  "changeSeverity",
  "reopenIncident",
  "addNote",
  "ownIncident",
  "retractEvent",
  "repolicyIncident",
  "openPostmortem",
  "openRunbook",
  "draftUpdate",
  "sendUpdate",
  "refreshPostmortem",
  "addSelectionToTimeline",
  "addTerminalSelectionToTimeline",
  "addClipboardToTimeline",
  "updateChangelog",
  "writeChangelog",
  "previewPublicRecord",
  "publishRecord",
  "writePublicSummary",
  "undoDrop",
  "continueUndo",
  "createPullRequest",
  "openPullRequest",
  "openUndoBranch",
  "reapplyDrop",
  "rehearseUndo",
  "drillUndo",
  "showUndoChanges",
  "showUndoConflicts",
  "requestApproval",
  "approveDrop",
  "rejectDrop",
  "overrideGate",
  "openRequest",
  "shipDrop",
  "pushTag",
  "promoteDrop",
  "demoteDrop",
  "showScorecard",
  "createPolicy",
  "openPolicy",
  "showPolicyChanges",
  "askDefaultBranch",
  "showActions",
  "showIncident",
  "copyIncidentId",
  "copyIncidentLink",
  "showIncidentPage",
  "syncLedger",
  "setSignalSecret",
  "clearSignalSecret",
  "setChannelSecret",
  "clearChannelSecret",
  "refresh",
  "showLog",
  "gettingStarted",
  "openGuide",
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

export const commandId = (name: CommandName) => `dropclock.${name}` as const;

export const CONTAINER = "dropclock";
export const VIEW = "dropclock.release";
export const ACTIONS_VIEW = "dropclock.actions";
export const WALKTHROUGH = "gettingStarted";
export const STATUS_ITEM = "clock";

/** Why the sidebar is empty, or that it is not. */
export type ViewState = "loading" | "noFolder" | "untrusted" | "noGit" | "fresh" | "ready";

/** The context keys, for `when` and `enablement` clauses. */
export interface Contexts {
  "dropclock.view": ViewState;
  /** There is a trusted git repository to write events into. */
  "dropclock.canWrite": boolean;
  "dropclock.hasPolicy": boolean;
  "dropclock.lacksPolicy": boolean;
  "dropclock.hasDrop": boolean;
  /** There is a drop that is not undone. */
  "dropclock.hasStanding": boolean;
  /** This window has marked something that can be taken back. */
  "dropclock.hasMark": boolean;
  "dropclock.canGoOn": boolean;
  "dropclock.canReapply": boolean;
  /** There are tags, whether they are drops or not. */
  "dropclock.hasTags": boolean;
  /** Something is on the release branch since the newest drop. */
  "dropclock.hasNext": boolean;
  "dropclock.hasStages": boolean;
  "dropclock.hasIncidents": boolean;
  "dropclock.hasOpen": boolean;
  "dropclock.canPause": boolean;
  "dropclock.canResume": boolean;
  "dropclock.canReopen": boolean;
}
export const CONTEXTS: readonly (keyof Contexts)[] = [
  "dropclock.view",
  "dropclock.canWrite",
  "dropclock.hasPolicy",
  "dropclock.lacksPolicy",
  "dropclock.hasDrop",
  "dropclock.hasStanding",
  "dropclock.hasMark",
  "dropclock.canGoOn",
  "dropclock.canReapply",
  "dropclock.hasTags",
  "dropclock.hasNext",
  "dropclock.hasStages",
  "dropclock.hasIncidents",
  "dropclock.hasOpen",
  "dropclock.canPause",
  "dropclock.canResume",
  "dropclock.canReopen",
];

/** The kinds of row that menus know: the first word of a row's context value. */
export const ROW_KINDS = [
  "adoption",
  "calm",
  "clock",
  "council",
  "drill",
  "drop",
  "event",
  "incident",
  "ledger",
  "mark",
  "next",
  "pastdrop",
  "policy",
  "postmortem",
  "rehearsal",
  "runbook",
  "signal",
  "stage",
  "undo",
  "update",
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

export const COLORS = [
  "dropclock.running",
  "dropclock.warned",
  "dropclock.breached",
  "dropclock.met",
  "dropclock.idle",
] as const;
export type ColorId = (typeof COLORS)[number];

/** What a setting of each name holds, and what counts where nobody has set it; package.json says the same. */
export const SETTINGS = {
  /** When the status bar shows the item. */
  "statusBar.show": "always" as "always" | "watching" | "incidents" | "never",
  "statusBar.alignment": "left" as "left" | "right",
  /** Whether the last hour is counted down by the second. */
  "statusBar.seconds": true,
  "notifications.warnings": true,
  "notifications.breaches": true,
  "notifications.updates": true,
  "notifications.marks": true,
  /** Whether resolving and taking an incident back say first what they do. */
  confirm: true,
  /** The program that git is; empty: the one of VS Code's own git extension, else the first on the PATH. */
  "git.path": "",
};
