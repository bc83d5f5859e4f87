import { commands, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { hasPolicyFile } from "../model/standing.ts";
import { labelText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { type Action, type ActionGroup, calmActions, incidentActions } from "./actions.ts";
import { allByUrgency, anyOpen, type Chosen } from "./choose.ts";
import { type CommandContext, type Handler, incidentOf } from "./commandContext.ts";
import { backDateTo } from "./milestoneCommands.ts";

interface Item extends QuickPickItem {
  run?: () => unknown;
  backDate?: () => unknown;
}

const BACK_DATE = { iconPath: new ThemeIcon("history"), tooltip: "Back-date…" };

/** The menu of the status bar: the next sensible actions on the most urgent incident, or on the drop. */
export const showActions: Handler = async (context, argument) => {
  const { model } = context;
  const all = allByUrgency(model.projects, model.now());
  const ref = incidentOf(argument);
  const chosen = ref
    ? all.find(({ project, status }) => project.project.root === ref.root && status.incident.id === ref.id)
    : all.find(({ status }) => anyOpen(status));
  const others = all.filter((other) => other !== chosen && anyOpen(other.status));
  const pressed = await choose(
    chosen ? `Dropclock: ${plainText(chosen.status.incident.title, 80)}` : "Dropclock",
    chosen ? incidentItems(context, chosen, others) : calmItems(context),
  );
  await pressed?.();
};

function incidentItems(context: CommandContext, chosen: Chosen, others: readonly Chosen[]): Item[] {
  const { id, drop } = chosen.status.incident;
  const ref = { root: chosen.project.project.root, id, ...(drop === null ? {} : { tag: drop }) };
  const groups = incidentActions(chosen.status, chosen.project.canUndo(drop));
  const items = itemsOf(groups, (action) => ({
    run: () => commands.executeCommand(commandId(action.command), ref),
    backDate: action.milestone && (() => backDateTo(context, chosen, action.milestone!)),
  }));
  items.push({ label: "other", kind: QuickPickItemKind.Separator });
  for (const { project, status } of others) {
    items.push({
      label: `$(flame) ${labelText(status.incident.title, 80)}`,
      description: "switch to this incident",
      run: () =>
        commands.executeCommand(commandId("showActions"), {
          root: project.project.root,
          id: status.incident.id,
        }),
    });
  }
  items.push({
    label: "$(flame) Declare Another Incident…",
    run: () => commands.executeCommand(commandId("declareIncident")),
  });
  return items;
}

function calmItems({ model }: CommandContext): Item[] {
  const statuses = model.statuses(model.now());
  const groups = calmActions(
    model.projects.map(standingDrop).find((tag) => tag !== null) ?? null,
    statuses.some(({ policy }) => hasPolicyFile(policy)),
  );
  const items = itemsOf(groups, ({ command }) => ({
    run: () => commands.executeCommand(commandId(command)),
  }));
  items.push({
    label: "$(list-tree) Show Sidebar",
    run: () => commands.executeCommand(`${VIEW}.focus`),
  });
  return items;
}

function standingDrop(project: TrackedProject): string | null {
  const tag = project.reading?.release.current?.tag ?? null;
  return project.canUndo(tag) ? tag : null;
}

function itemsOf(
  groups: readonly ActionGroup[],
  doing: (action: Action) => Pick<Item, "run" | "backDate">,
): Item[] {
  return groups.flatMap(({ title, actions }) => [
    ...(title ? [{ label: title, kind: QuickPickItemKind.Separator }] : []),
    ...actions.map((action) => ({
      label: action.label,
      ...(action.description ? { description: action.description } : {}),
      ...(action.milestone ? { buttons: [BACK_DATE] } : {}),
      ...doing(action),
    })),
  ]);
}

/** What is to be done with the entry that is pressed; null when none is. */
function choose(title: string, items: readonly Item[]): Promise<(() => unknown) | null> {
  const pick = window.createQuickPick<Item>();
  pick.title = title;
  pick.items = items;
  pick.matchOnDescription = true;
  return new Promise((resolve) => {
    const done = (run: (() => unknown) | undefined) => {
      resolve(run ?? null);
      pick.dispose();
    };
    pick.onDidAccept(() => done(pick.selectedItems[0]?.run));
    pick.onDidTriggerItemButton(({ item }) => done(item.backDate));
    pick.onDidHide(() => done(undefined));
    pick.show();
  });
}
