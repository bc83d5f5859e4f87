import { type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { MILESTONES, type Milestone } from "../../domain/incidentEvents.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { MILESTONE_TITLES } from "../../domain/wording.ts";
import { MILESTONE_ICONS } from "../model/milestones.ts";
import { shortTime } from "../model/text.ts";

export interface PickedMilestone {
  milestone: Milestone;
  /** The button beside it was pressed: it happened at another time than now. */
  backDate: boolean;
}

interface Item extends QuickPickItem {
  milestone?: Milestone;
}

const BACK_DATE = { iconPath: new ThemeIcon("history"), tooltip: "Back-date…" };

/** The milestones to come, and those that were reached, which can only be moved. Null: given up. */
export function pickMilestone(
  title: string,
  status: IncidentStatus,
  now: Instant,
): Promise<PickedMilestone | null> {
  const reached = MILESTONES.filter((name) => status.incident.round.marks[name]);
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
  label: `$(${MILESTONE_ICONS[milestone]}) ${MILESTONE_TITLES[milestone]}`,
});
