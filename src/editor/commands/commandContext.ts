import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { DraftDocuments } from "../draftDocuments.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { ReleaseTree } from "../tree/releaseTree.ts";

/** What commands work with. */
export interface CommandContext {
  model: ReleaseModel;
  tree: ReleaseTree;
  /** What is on view before it is written. */
  drafts: DraftDocuments;
  log: LogOutputChannel;
  extension: ExtensionContext;
}

/** A command gets what VS Code passes: a row, the plain data of a link, or nothing from the palette. */
export type Handler = (context: CommandContext, argument: unknown) => Promise<void>;
