import { Disposable, window } from "vscode";
import { incidentOfLink, type PageName, readPageRef } from "../documents/pageMessages.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type CommandContext, guarded } from "./commands/commandContext.ts";
import { commandId } from "./model/ids.ts";
import { MendableError } from "./model/writable.ts";
import { pagePanels, pageType } from "./views/pagePanels.ts";

const PAGES: readonly PageName[] = ["incident", "scorecard", "request"];

/** Opens again what was open in the window before, and what a link names. A link only ever opens a page. */
export function startPages(context: CommandContext): Disposable {
  const pages = pagePanels(context);
  const serializers = PAGES.map((page) =>
    window.registerWebviewPanelSerializer(pageType(page), {
      deserializeWebviewPanel: async (panel, state) => {
        const ref = readPageRef(state);
        if (ref?.page === page) pages.restore(panel, ref);
        else panel.dispose();
      },
    }),
  );
  const handleUri = ({ path }: { path: string }) =>
    guarded(context.log, "showIncidentPage", async () => openLink(context, path));
  return Disposable.from(...serializers, window.registerUriHandler({ handleUri }));
}

async function openLink(context: CommandContext, path: string): Promise<void> {
  const opened = incidentOfLink(path);
  if (opened === null)
    throw new MendableError(`This link names nothing that Dropclock can open: ${plainText(path, 80)}`, SYNC);
  await context.model.ready;
  for (const { project, canWrite } of context.model.projects) {
    // What was read first may hold less than there is.
    const release = canWrite ? (await project.read()).release : null;
    const incident = release?.incidents.find(({ openedEvent }) => openedEvent === opened);
    if (incident)
      return pagePanels(context).show(
        { page: "incident", root: project.root, id: incident.id },
        incident.title,
      );
  }
  throw new MendableError(
    "The incident of this link is not known in this window; open its repository here, or sync the ledger.",
    SYNC,
  );
}

const SYNC = { title: "Sync Ledger", command: commandId("syncLedger") };
