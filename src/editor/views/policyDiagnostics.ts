import { basename, dirname, join } from "node:path";
import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  CodeLens,
  type CodeLensProvider,
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  Range,
  type TextDocument,
  Uri,
  WorkspaceEdit,
  workspace,
} from "vscode";
import {
  draftWords,
  isReleased,
  type Place,
  POLICY_PATH,
  type PolicyInForce,
  type PolicyProblem,
  sourceWords,
} from "../../domain/policy/policy.ts";
import { commandId } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { labelText } from "../model/text.ts";
import { DiagnosticsAfterTyping } from "./diagnosticsAfterTyping.ts";

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
    const { guideFix } = await import("./guide.ts");
    const repairs = problems.flatMap(({ message, place, fix }) => {
      if (!fix || !rangeOf(place).intersection(range)) return [];
      const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
      action.edit = new WorkspaceEdit();
      action.edit.replace(document.uri, rangeOf(fix.place), fix.text);
      action.diagnostics = diagnostics.filter((mark) => mark.message === message);
      action.isPreferred = true;
      return [action];
    });
    return [...repairs, ...diagnostics.flatMap(guideFix)];
  }
}

const QUIET_MS = 150;

/** Marks what is wrong with a policy as it is typed, and where no editor holds it, as it lies on disk. */
export class PolicyDiagnostics {
  readonly #model: ReleaseModel;
  readonly #extensionPath: string;
  readonly #diagnostics = new DiagnosticsAfterTyping("dropclock", QUIET_MS, {
    isJudged: ({ uri }) => isPolicy(uri),
    judge: (document) => this.#judge(document),
  });
  readonly #subscriptions: Disposable;

  constructor(model: ReleaseModel, extensionPath: string) {
    this.#model = model;
    this.#extensionPath = extensionPath;
    this.#subscriptions = Disposable.from(
      this.#diagnostics,
      workspace.onDidCloseTextDocument(({ uri }) => {
        if (isPolicy(uri)) this.#judgeFiles();
      }),
      model.onDidChange(() => this.#judgeFiles()),
    );
    this.#diagnostics.judgeAll();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #judge(document: TextDocument): Promise<void> {
    const { readPolicy } = await import("../../domain/policy/readPolicy.ts");
    if (document.isClosed) return;
    const text = document.getText();
    const { version } = document;
    const { policy, problems } = readPolicy(text);
    const marks = marksOf(problems);
    if (marks.length > 0) await (await import("./guide.ts")).explain(this.#extensionPath, text, marks);
    if (document.isClosed || document.version !== version) return;
    this.#diagnostics.mark(document.uri, marks);
    // Templates are filled only where there are any; what fills them is large.
    if (!policy?.updates.channels.some((channel) => channel.kind === "webhook" && channel.body !== null))
      return;
    const { webhookProblems } = await import("../../app/updates/message.ts");
    if (document.isClosed || document.version !== version) return;
    this.#diagnostics.mark(document.uri, marksOf(webhookProblems(text, policy), DiagnosticSeverity.Warning));
  }

  /** The policies that no editor holds: they too belong into the Problems view. */
  #judgeFiles(): void {
    for (const { project, reading } of this.#model.projects) {
      const uri = Uri.file(join(project.root, POLICY_PATH));
      const open = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
      if (reading && !open) this.#diagnostics.mark(uri, marksOf(problemsAtHand(reading.facts.policy)));
    }
  }
}

const marksOf = (problems: readonly PolicyProblem[], severity = DiagnosticSeverity.Error) =>
  problems.map(({ message, place }) => new Diagnostic(rangeOf(place), message, severity));

/** What is wrong with the file, whatever is in force. */
const problemsAtHand = ({ draft, problems, source }: PolicyInForce) =>
  draft?.problems ?? (source === "branch" ? [] : problems);

/** A policy of any folder, so that one is judged before its folder is a repository. */
const isPolicy = ({ scheme, path }: Uri) => scheme === "file" && path.endsWith(`/${POLICY_PATH}`);

/** Ours count from 1, the editor's from 0. */
export const rangeOf = ({ line, column, endLine, endColumn }: Place) =>
  new Range(line - 1, column - 1, endLine - 1, endColumn - 1);

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
