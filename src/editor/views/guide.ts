import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CodeAction, CodeActionKind, commands, type Diagnostic, Uri, window } from "vscode";
import { type CommandName, commandId } from "../model/ids.ts";
import { GUIDE_SCHEME } from "./virtualDocuments.ts";

/** Below the extension's folder: one Markdown file for each page. */
const FOLDER = join("media", "guide");

/** A place in the guide. */
interface GuidePlace {
  /** The name of a page's file, without its ending. */
  page: string;
  /** A heading of that page, as its link names it; left out: the top. */
  heading?: string;
}

const FIRST: GuidePlace = { page: "index" };

/** Where the guide tells what a command goes by; shown beside an error of that command. */
const PLACES: Partial<Record<CommandName, GuidePlace>> = {
  undoDrop: { page: "undo", heading: "when-it-is-refused" },
  continueUndo: { page: "undo", heading: "when-a-step-fails" },
  reapplyDrop: { page: "undo", heading: "reapply" },
  rehearseUndo: { page: "undo", heading: "rehearsals-and-drills" },
  drillUndo: { page: "undo", heading: "rehearsals-and-drills" },
  requestApproval: { page: "council-and-gate", heading: "the-council" },
  approveDrop: { page: "council-and-gate", heading: "what-an-approval-covers" },
  rejectDrop: { page: "council-and-gate", heading: "what-an-approval-covers" },
  overrideGate: { page: "council-and-gate", heading: "override" },
  shipDrop: { page: "council-and-gate", heading: "ship" },
  promoteDrop: { page: "council-and-gate", heading: "stages" },
  demoteDrop: { page: "council-and-gate", heading: "stages" },
  markMilestone: { page: "clocks", heading: "milestones" },
  backdateMilestone: { page: "clocks", heading: "milestones" },
  openPostmortem: { page: "documents-and-updates", heading: "post-mortems" },
  refreshPostmortem: { page: "documents-and-updates", heading: "generated-parts" },
  openRunbook: { page: "documents-and-updates", heading: "runbooks" },
  draftUpdate: { page: "documents-and-updates", heading: "customer-updates" },
  sendUpdate: { page: "documents-and-updates", heading: "customer-updates" },
  updateChangelog: { page: "documents-and-updates", heading: "changelog" },
  publishRecord: { page: "public-record", heading: "what-becomes-public" },
  writePublicSummary: { page: "public-record", heading: "what-becomes-public" },
  syncLedger: { page: "trust", heading: "the-ledger" },
  askDefaultBranch: { page: "trust", heading: "the-remote-and-the-branch" },
};

/** The button that leads from an error of a command to its place in the guide; null where it has none. */
export function guideFor(command: CommandName) {
  const place = PLACES[command];
  return place ? { title: "Open Guide", command: commandId("openGuide"), argument: place } : null;
}

/**
 * Shows a page as a preview, which nobody can change. It needs neither a repository nor a trusted folder.
 * @param argument A GuidePlace; whatever is none opens the first page.
 */
export async function openGuide(extensionPath: string, argument: unknown): Promise<void> {
  const { page, heading = "" } = isPlace(argument) ? argument : FIRST;
  const file = Uri.file(join(extensionPath, FOLDER, `${page}.md`));
  try {
    await commands.executeCommand("markdown.showPreview", file.with({ fragment: heading }));
  } catch {
    // The built-in Markdown extension can be switched off; then its text is shown.
    await window.showTextDocument(Uri.from({ scheme: GUIDE_SCHEME, path: `/${page}.md` }));
  }
}

function isPlace(argument: unknown): argument is GuidePlace {
  const { page, heading } = (argument ?? {}) as Record<string, unknown>;
  return isSlug(page) && (heading === undefined || isSlug(heading));
}

const isSlug = (text: unknown) => typeof text === "string" && /^[a-z0-9-]+$/i.test(text);

/** The text of a page, for an editor that cannot change it. */
export const readGuide = (extensionPath: string, { path }: Uri) =>
  readFile(join(extensionPath, FOLDER, isSlug(path.slice(1, -3)) ? path : "index.md"), "utf8");

/** Links each problem of a policy to the section of the guide that explains the key it is about. */
export async function explain(extensionPath: string, policy: string, marks: readonly Diagnostic[]) {
  const page = (await readFile(join(extensionPath, FOLDER, "policy.md"), "utf8")).split("\n");
  for (const mark of marks) {
    const key = keyAbove(policy, mark.range.start.line);
    const line = key === null ? -1 : page.indexOf(`## \`${key}\``);
    // A link of a problem may run no command, so it opens the text at the line; the quick fix opens the preview.
    const fragment = line < 0 ? "" : `L${line + 1}`;
    const target = Uri.from({ scheme: GUIDE_SCHEME, path: "/policy.md", fragment });
    mark.code = { value: line < 0 ? "policy" : key!, target };
  }
}

/** Opens the same section as a preview. */
export function guideFix(mark: Diagnostic): CodeAction[] {
  if (typeof mark.code !== "object" || mark.code.target.scheme !== GUIDE_SCHEME) return [];
  const key = String(mark.code.value);
  const title = key === "policy" ? "Open the guide on the policy" : `Open the guide on ${key}`;
  const fix = new CodeAction(title, CodeActionKind.QuickFix);
  const place = { page: "policy", ...(key === "policy" ? {} : { heading: key.toLowerCase() }) };
  fix.command = { title, command: commandId("openGuide"), arguments: [place] };
  fix.diagnostics = [mark];
  return [fix];
}

/** The key of the policy's top level that a line belongs to; null above the first. */
function keyAbove(policy: string, line: number): string | null {
  const lines = policy.split(/\r?\n/).slice(0, line + 1);
  const start = lines.findLast((each) => /^[A-Za-z]/.test(each));
  return start === undefined ? null : (/^(\w+)\s*:/.exec(start)?.[1] ?? null);
}
