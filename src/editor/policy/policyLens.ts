import { basename, dirname } from "node:path";
import { CodeLens, type CodeLensProvider, Range, type TextDocument } from "vscode";
import { isReleased } from "../../domain/policy/policy.ts";
import { draftWords, sourceWords } from "../../domain/policy/policyWords.ts";
import { commandId } from "../ids.ts";
import { labelText } from "../inert.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";

/** Above the policy: whether it is in force, and what will change once it is. */
export class PolicyLens implements CodeLensProvider {
  readonly onDidChangeCodeLenses;
  readonly #model: ReleaseModel;

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.onDidChangeCodeLenses = model.onDidChange;
  }

  provideCodeLenses({ uri }: TextDocument): CodeLens[] {
    const folder = dirname(uri.fsPath);
    const project = basename(folder) === ".dropclock" ? this.#model.project(dirname(folder)) : null;
    const policy = project?.reading?.facts.policy;
    if (!project || !policy) return [];
    const { root } = project.project;
    const top = new Range(0, 0, 0, 0);
    if (policy.draft) {
      const title = `$(git-compare) ${labelText(draftWords(policy.draft, policy.branch), 120)} · show the changes`;
      const command = { title, command: commandId("showPolicyChanges"), arguments: [{ root }] };
      return [new CodeLens(top, command)];
    }
    const words = isReleased(policy)
      ? `In force: ${sourceWords(policy)}`
      : (policy.doubt ?? `Counts here: ${sourceWords(policy)}. Nothing acts by itself before it is there`);
    return [new CodeLens(top, { title: labelText(words, 160), command: "" })];
  }
}
