import { commands, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { markMilestone, moveMilestone } from "../../app/incident/incidents.ts";
import { refuseMove } from "../../domain/incident/entry.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import {
  CLOCKS,
  isMilestone,
  MILESTONE_NAMES,
  MILESTONES,
  type Milestone,
} from "../../domain/policy/terms.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type Instant, parseInstant } from "../../domain/time/instant.ts";
import { commandId } from "../model/ids.ts";
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
import { EventRow } from "../tree/incidentRow.ts";
import { anyOpen, type Chosen, chooseIncident } from "./choose.ts";
import { type CommandContext, type Handler, record } from "./commandContext.ts";

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
  else await mark(chosen, picked.milestone);
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
    if (chosen) await mark(chosen, milestone);
  };

async function mark({ project, status }: Chosen, milestone: Milestone, at?: Instant): Promise<void> {
  const { id } = status.incident;
  const text = milestone === "postmortem" ? await writtenPostmortem(project, id) : null;
  await record(project, `${MILESTONES[milestone].title}: ${status.incident.title}`, (to) =>
    markMilestone(to, id, milestone, { ...(at === undefined ? {} : { at }), ...(text ? { text } : {}) }),
  );
  if (milestone === "postmortem") await tellShortcomings(project, id);
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
  if (!status.incident.round.marks[milestone]?.event) return mark(chosen, milestone, at);
  const said = `${MILESTONES[milestone].title} is now at ${shortTime(at, context.model.now())}`;
  await record(project, said, (to) => moveMilestone(to, status.incident.id, milestone, at));
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
  const other = { label: "$(edit) Another Instant…", description: "", at: null };
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
