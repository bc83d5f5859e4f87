import { MarkdownString, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";
import type { Status } from "../../domain/drop/status.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { commandId, STATUS_ITEM } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { setting } from "../model/settings.ts";
import { type StatusFace, statusFace } from "./statusFace.ts";
import { statusTooltip, TOOLTIP_COMMANDS } from "./statusTooltip.ts";

const BACKGROUNDS: Record<StatusFace["background"], ThemeColor | undefined> = {
  none: undefined,
  warning: new ThemeColor("statusBarItem.warningBackground"),
  error: new ThemeColor("statusBarItem.errorBackground"),
};

const SIDES = { left: StatusBarAlignment.Left, right: StatusBarAlignment.Right };

/** Whether people want to see anything of what there is. */
function isWanted(statuses: readonly Status[]): boolean {
  const show = setting("statusBar.show");
  if (show === "always" || show === "never") return show === "always";
  const burns = statuses.some(({ open }) => open.length > 0);
  return burns || (show === "watching" && statuses.some(({ watch }) => watch.state === "open"));
}

/** The most urgent clock of the window. Whatever has not changed is not set, since each setting crosses a process. */
export class StatusBarClock {
  readonly #item: StatusBarItem;
  readonly #model: ReleaseModel;
  #tooltip = "";
  #visible = false;

  constructor(model: ReleaseModel) {
    this.#model = model;
    // At the left end it stands beside the branch: what is out and what burns belong together.
    this.#item = window.createStatusBarItem(
      STATUS_ITEM,
      SIDES[setting("statusBar.alignment")] ?? SIDES.left,
      90,
    );
    this.#item.name = "Dropclock";
    this.#item.command = commandId("showActions");
  }

  render(now: Instant, seconds: boolean): void {
    // What was not read yet may be more urgent; and the sidebar has no rows before that either.
    if (!this.#model.loaded) return;
    // Of a folder that is not trusted nothing is known: no drop would be a false word.
    const known = this.#model.projects.filter(({ project }) => project.trusted);
    const statuses = known.map((each) => each.statusAt(now)).filter((status) => status !== null);
    const isUnread = known.some(({ incidentsDoubt: doubt }) => doubt !== null && doubt.kind !== "looking");
    const unknown = known.some(({ branchUnknown }) => branchUnknown)
      ? "drops"
      : isUnread
        ? "incidents"
        : null;
    const counts = seconds && setting("statusBar.seconds");
    const face = isWanted(statuses) ? statusFace(statuses, counts, unknown) : null;
    if (face) this.#show(face, now);
    else if (this.#visible) this.#item.hide();
    this.#visible = face !== null;
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(face: StatusFace, now: Instant): void {
    const item = this.#item;
    if (item.text !== face.text) item.text = face.text;
    if (item.accessibilityInformation?.label !== face.label) {
      item.accessibilityInformation = { label: face.label, role: "button" };
    }
    const background = BACKGROUNDS[face.background];
    if (item.backgroundColor !== background) item.backgroundColor = background;
    const tooltip = statusTooltip(this.#model.facts(now), now);
    if (this.#tooltip !== tooltip) item.tooltip = trusted(tooltip);
    this.#tooltip = tooltip;
    if (!this.#visible) item.show();
  }
}

/** Only our own commands may be run from it, whatever a title or a tag says. */
function trusted(text: string): MarkdownString {
  const markdown = new MarkdownString(text, true);
  markdown.isTrusted = { enabledCommands: TOOLTIP_COMMANDS.map(commandId) };
  return markdown;
}
