import { refuseMove } from "../../domain/entry.ts";
import type { Milestone } from "../../domain/incidentEvents.ts";
import { plainText } from "../../domain/plainText.ts";
import { CLOCKS } from "../../domain/terms.ts";
import { MILESTONE_TITLES } from "../../domain/wording.ts";
import { isMilestoneName } from "../eventWords.ts";
import { ClockRow } from "../tree/clockRow.ts";
import { EventRow } from "../tree/eventRow.ts";
import { askInstant } from "./askInstant.ts";
import { anyOpen, type Chosen, chooseIncident } from "./chooseIncident.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { mark, place } from "./markMilestone.ts";
import { pickMilestone } from "./pickMilestone.ts";

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
  if (argument instanceof EventRow && isMilestoneName(argument.entry.type)) return argument.entry.type;
  if (argument instanceof ClockRow) return CLOCKS[argument.clock].to;
  return null;
}

export async function backDateTo(
  context: CommandContext,
  chosen: Chosen,
  milestone: Milestone,
): Promise<void> {
  const now = context.model.now();
  const at = await askInstant(`${MILESTONE_TITLES[milestone]}: back-date`, now, (instant) =>
    refuseMove(chosen.status.incident, milestone, instant, now),
  );
  if (at !== null) await place(context, chosen, milestone, at);
}
