import { type QuickPickItem, QuickPickItemKind, window } from "vscode";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type PlanChoice, planGroups, planTitle } from "../commands/planItems.ts";

interface Item extends QuickPickItem {
  choice?: PlanChoice | undefined;
}

/** A key pressed sooner than that was meant for what stood there before. Milliseconds. */
const UNREAD_MS = 500;

/**
 * Shows the plan, and lets the person press: the one confirmation. It stays where it is while they look at the editor
 * beside. Null: given up, and nothing has happened.
 */
export function pickFromPlan(plan: UndoPlan, now: Instant): Promise<PlanChoice | null> {
  const pick = window.createQuickPick<Item>();
  pick.title = planTitle(plan);
  pick.placeholder =
    plan.refusal === null
      ? "Nothing has happened yet. Enter does it, Escape leaves everything as it is."
      : "Nothing has happened.";
  pick.items = planGroups(plan, now).flatMap(({ title, items }) => [
    ...(title ? [{ label: title, kind: QuickPickItemKind.Separator }] : []),
    ...items.map((item): Item => ({ ...item, alwaysShow: item.choice !== undefined })),
  ]);
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  const shownAt = performance.now();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (!choice || performance.now() - shownAt < UNREAD_MS) return;
      resolve(choice);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}
