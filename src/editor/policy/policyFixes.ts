import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  type Range,
  type TextDocument,
  WorkspaceEdit,
} from "vscode";
import { rangeOf } from "../views/policyDiagnostics.ts";

/** The plain repairs of a policy. Reads the text anew, so that none is ever offered for what stood there before. */
export class PolicyFixes implements CodeActionProvider {
  static readonly kinds = { providedCodeActionKinds: [CodeActionKind.QuickFix] };

  async provideCodeActions(
    document: TextDocument,
    range: Range,
    { diagnostics }: CodeActionContext,
  ): Promise<CodeAction[]> {
    const { readPolicy } = await import("../../domain/policy/readPolicy.ts");
    const { problems } = readPolicy(document.getText());
    return problems.flatMap(({ message, place, fix }) => {
      if (!fix || !rangeOf(place).intersection(range)) return [];
      const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
      action.edit = new WorkspaceEdit();
      action.edit.replace(document.uri, rangeOf(fix.place), fix.text);
      action.diagnostics = diagnostics.filter((mark) => mark.message === message);
      action.isPreferred = true;
      return [action];
    });
  }
}
