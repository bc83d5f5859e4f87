import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { ReleaseTree } from "../tree/releaseTree.ts";

/** What commands work with. */
export interface CommandContext {
  model: ReleaseModel;
  tree: ReleaseTree;
  log: LogOutputChannel;
  extension: ExtensionContext;
}

/** A command gets what VS Code passes: a row, the plain data of a link, or nothing from the palette. */
export type Handler = (context: CommandContext, argument: unknown) => Promise<void>;
