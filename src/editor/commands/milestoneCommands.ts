import { commands, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { markMilestone, moveMilestone, retractEvent } from "../../app/incident/incidents.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import { refuseMove } from "../../domain/incident/entry.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import {
  CLOCKS,
  isMilestone,
  MILESTONE_NAMES,
  MILESTONES,
  type Milestone,
} from "../../domain/policy/terms.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type Instant, parseInstant } from "../../domain/time/instant.ts";
import { commandId } from "../model/ids.ts";
import type { LastMark } from "../model/projectState.ts";
import { notifies, setting, silence } from "../model/settings.ts";
import {
  editableTime,
  inLocalTime,
  instantTrouble,
  messageText,
  shortTime,
  withoutCommandLine,
} from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { ClockRow } from "../tree/clockRow.ts";
import { writtenPostmortem } from "../tree/documentsRow.ts";
import { EventRow } from "../tree/timelineRows.ts";
import { allByUrgency, anyOpen, type Chosen, chooseIncident } from "./choose.ts";
import {
  type CommandContext,
  chooseProject,
  guarded,
  type Handler,
  incidentOf,
  record,
  rootOf,
} from "./commandContext.ts";
import { consequencesOf } from "./consequences.ts";

const NONE = "There is no open incident; declare one first.";

export const markAny: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Mark Milestone",
    fits: anyOpen,
    none: NONE,
  });
  if (!chosen) return;
  const title = `Mark Milestone: ${plainText(chosen.status.incident.title, 80)}`;
  const picked = await pickMilestone(title, chosen.status, context.model.now());
  if (!picked) return;
  if (picked.backDate) await backDateTo(context, chosen, picked.milestone);
  else await mark(context, chosen, picked.milestone);
};

export const backDate: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Back-date Milestone",
    fits: anyOpen,
    none: NONE,
  });
  if (!chosen) return;
  const milestone = milestoneOf(argument) ?? (await askMilestone(context, chosen));
  if (milestone) await backDateTo(context, chosen, milestone);
};

/** Impact starts before anybody sees it, so the instant is asked for. */
export const impactStarted: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Mark Impact Started",
    fits: anyOpen,
    none: NONE,
  });
  if (chosen) await backDateTo(context, chosen, "started");
};

async function askMilestone({ model }: CommandContext, { status }: Chosen): Promise<Milestone | null> {
  const title = `Back-date: ${plainText(status.incident.title, 80)}`;
  return (await pickMilestone(title, status, model.now()))?.milestone ?? null;
}

/** The milestone that a row is about: that of an event, or the one that ends a clock. */
function milestoneOf(argument: unknown): Milestone | null {
  if (argument instanceof EventRow && isMilestone(argument.entry.type)) return argument.entry.type;
  if (argument instanceof ClockRow) return CLOCKS[argument.clock].to;
  return null;
}

export async function backDateTo(
  context: CommandContext,
  chosen: Chosen,
  milestone: Milestone,
): Promise<void> {
  const now = context.model.now();
  const at = await askInstant(`${MILESTONES[milestone].title}: back-date`, now, (instant) =>
    refuseMove(chosen.status.incident, milestone, instant, now),
  );
  if (at !== null) await place(context, chosen, milestone, at);
}

const OPEN = "Open Post-mortem";

/** The command that marks one milestone, now, with one click. */
export const markNow =
  (milestone: Milestone): Handler =>
  async (context, argument) => {
    const chosen = await chooseIncident(context, argument, {
      title: MILESTONES[milestone].button,
      fits: ({ incident, state }) => {
        const mark = incident.round.marks[milestone];
        return state !== "closed" && (mark === null || mark.assumed || milestone === "updated");
      },
      none: `No open incident waits for “${MILESTONES[milestone].title}”; declare one first, or back-date what is marked.`,
    });
    if (chosen) await mark(context, chosen, milestone);
  };

async function mark(
  context: CommandContext,
  chosen: Chosen,
  milestone: Milestone,
  at?: Instant,
): Promise<void> {
  const { project, status } = chosen;
  const { id } = status.incident;
  if (milestone === "resolved" && !(await confirmResolved(context, chosen, at))) return;
  const text = milestone === "postmortem" ? await writtenPostmortem(project, id) : null;
  const events = await record(project, `${MILESTONES[milestone].title}: ${status.incident.title}`, (to) =>
    markMilestone(to, id, milestone, { ...(at === undefined ? {} : { at }), ...(text ? { text } : {}) }),
  );
  offerBack(context, chosen, milestone, { events, before: null });
  if (milestone === "postmortem") await tellShortcomings(project, id);
}

/** Customers read that it is over, so what it does is said first. */
async function confirmResolved(context: CommandContext, chosen: Chosen, at?: Instant): Promise<boolean> {
  if (!setting("confirm")) return true;
  const supposed = { type: "resolved", ...(at === undefined ? {} : { at }) };
  const lines = consequencesOf(chosen, supposed, context.model.now());
  const detail = [...lines, "Customers read that it is resolved. You can undo it afterwards."].join("\n");
  const question = `Mark “${messageText(chosen.status.incident.title, 100)}” as resolved?`;
  const button = "Mark Resolved";
  return (await window.showInformationMessage(question, { modal: true, detail }, button)) === button;
}

const UNDO = "Undo";
const CHANGE_TIME = "Change Time…";
const SILENCE = "Don't Show Again";

/** One press takes a mark back, or changes its time: in a message that goes by itself, and in the sidebar until the next. */
function offerBack(
  context: CommandContext,
  { project, status }: Chosen,
  milestone: Milestone,
  { events, before }: { events: readonly StoredEvent[]; before: Instant | null },
): void {
  const event = events.findLast(({ type }) => type === milestone);
  if (!event) return;
  const { id, title } = status.incident;
  const at = Date.parse(event.at);
  const made: LastMark = { id, title, milestone, at, event: event.id, before };
  project.lastMark = made;
  if (!notifies("marks")) return;
  const said = `${MILESTONES[milestone].title} at ${shortTime(at, context.model.now())}: ${messageText(title, 100)}`;
  void window.showInformationMessage(said, UNDO, CHANGE_TIME, SILENCE).then((pressed) => {
    if (pressed === UNDO) void guarded(context.log, "undoMark", () => takeBack(project, made));
    else if (pressed === CHANGE_TIME)
      void guarded(context.log, "changeMarkTime", () => changeTime(context, project, made));
    else if (pressed === SILENCE) void silence("marks");
  });
}

async function takeBack(project: TrackedProject, { id, event, milestone, before }: LastMark): Promise<void> {
  const said = `${MILESTONES[milestone].title}: taken back`;
  await record(project, said, (to) =>
    before === null
      ? retractEvent(to, id, event, "marked by mistake")
      : moveMilestone(to, id, milestone, before),
  );
  if (project.lastMark?.event === event) project.lastMark = null;
}

async function changeTime(
  context: CommandContext,
  project: TrackedProject,
  { id, milestone }: LastMark,
): Promise<void> {
  const all = allByUrgency([project], context.model.now());
  const chosen = all.find(({ status }) => status.incident.id === id);
  if (chosen) await backDateTo(context, chosen, milestone);
}

/** Takes back what this window marked last. */
export const undoMark: Handler = async (context, argument) => {
  const found = await markedLast(context, argument);
  await takeBack(found.project, found.made);
};

/** Puts what this window marked last at another time. */
export const changeMarkTime: Handler = async (context, argument) => {
  const { project, made } = await markedLast(context, argument);
  await changeTime(context, project, made);
};

async function markedLast(
  context: CommandContext,
  argument: unknown,
): Promise<{ project: TrackedProject; made: LastMark }> {
  const project = await chooseProject(context, rootOf(argument), ({ lastMark }) => lastMark !== null);
  const made = project?.lastMark;
  const ref = incidentOf(argument);
  // A link to another incident must not take back what it does not name.
  const isOther = ref !== null && (ref.id !== made?.id || ref.root !== project?.project.root);
  if (!project || !made || isOther)
    throw new HumanError("usage", "Nothing was marked in this window that could be undone.");
  return { project, made };
}

/** Somebody may say of any post-mortem that it is published; that questions are open must not pass in silence. */
async function tellShortcomings({ project }: TrackedProject, id: string): Promise<void> {
  const { postmortemShortcomings } = await import("../../app/documents/postmortemUpkeep.ts");
  const lacking = await postmortemShortcomings(project, id);
  if (lacking === null) return;
  const ref = { root: project.root, id };
  const message = messageText(`Published, because you say so: ${lacking}`);
  void window.showWarningMessage(message, OPEN).then((pressed) => {
    if (pressed) return commands.executeCommand(commandId("openPostmortem"), ref);
  });
}

/** Marks a milestone at an instant, or moves it there where it is marked already. */
async function place(
  context: CommandContext,
  chosen: Chosen,
  milestone: Milestone,
  at: Instant,
): Promise<void> {
  const { project, status } = chosen;
  const present = status.incident.round.marks[milestone];
  if (!present?.event) return mark(context, chosen, milestone, at);
  const said = `${MILESTONES[milestone].title} is now at ${shortTime(at, context.model.now())}`;
  const events = await record(project, said, (to) => moveMilestone(to, status.incident.id, milestone, at));
  // What was only assumed is taken back to being assumed.
  offerBack(context, chosen, milestone, { events, before: present.assumed ? null : present.at });
}

interface PickedMilestone {
  milestone: Milestone;
  /** The button beside it was pressed: it happened at another time than now. */
  backDate: boolean;
}

interface Item extends QuickPickItem {
  milestone?: Milestone;
}

const BACK_DATE = { iconPath: new ThemeIcon("history"), tooltip: "Back-date…" };

/** The milestones to come, and those that were reached, which can only be moved. Null: given up. */
function pickMilestone(title: string, status: IncidentStatus, now: Instant): Promise<PickedMilestone | null> {
  const reached = MILESTONE_NAMES.filter((name) => status.incident.round.marks[name]);
  const items: Item[] = [
    ...nextMilestones(status.incident.round).map(
      (milestone): Item => ({ ...named(milestone), milestone, buttons: [BACK_DATE] }),
    ),
    { label: "Reached: move to another time", kind: QuickPickItemKind.Separator },
    ...reached.map((milestone): Item => {
      const { at, assumed } = status.incident.round.marks[milestone]!;
      const description = `${shortTime(at, now)}${assumed ? ", assumed" : ""}`;
      return { ...named(milestone), description, milestone, buttons: [BACK_DATE] };
    }),
  ];
  const pick = window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder = "What has happened? It is marked as of now; the clock button back-dates.";
  pick.items = items;
  return new Promise((resolve) => {
    const done = (milestone: Milestone | undefined, backDate: boolean) => {
      if (milestone) resolve({ milestone, backDate });
      pick.dispose();
    };
    pick.onDidAccept(() => {
      const milestone = pick.selectedItems[0]?.milestone;
      done(milestone, milestone !== undefined && reached.includes(milestone));
    });
    pick.onDidTriggerItemButton(({ item }) => done(item.milestone, true));
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}

const named = (milestone: Milestone) => ({
  label: `$(${MILESTONES[milestone].icon}) ${MILESTONES[milestone].title}`,
});

const AGO: [string, number][] = [
  ["5 minutes ago", 5],
  ["15 minutes ago", 15],
  ["30 minutes ago", 30],
  ["1 hour ago", 60],
];

/**
 * When something happened: one of the usual distances, or an instant with its zone. Null: given up.
 * @param refusal Why an instant cannot be taken, or null; what would be refused is not offered.
 */
async function askInstant(
  title: string,
  now: Instant,
  refusal: (at: Instant) => string | null,
): Promise<Instant | null> {
  const items = AGO.map(([label, minutes]) => {
    const at = now - minutes * 60_000;
    return { label, description: shortTime(at, now), at };
  }).filter(({ at }) => refusal(at) === null);
  const other = { label: "$(edit) Other Time…", description: "", at: null };
  const picked = await window.showQuickPick([...items, other], { title, placeHolder: "When did it happen?" });
  if (!picked) return null;
  return picked.at ?? typeInstant(title, now, refusal);
}

async function typeInstant(
  title: string,
  now: Instant,
  refusal: (at: Instant) => string | null,
): Promise<Instant | null> {
  const value = editableTime(now);
  const text = await window.showInputBox({
    title,
    prompt: "The date, the time and the zone (an offset or Z).",
    value,
    // The time is what differs.
    valueSelection: [11, 16],
    validateInput: (typed) => {
      const at = parseInstant(typed.trim());
      const reason = at === null ? null : refusal(at);
      return reason === null ? instantTrouble(typed, now) : inLocalTime(withoutCommandLine(reason), now);
    },
  });
  return text === undefined ? null : parseInstant(text.trim());
}
