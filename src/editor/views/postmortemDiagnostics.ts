import { relative, sep } from "node:path";
import { Diagnostic, DiagnosticSeverity, Disposable, Range, type TextDocument } from "vscode";
import { postmortemPath } from "../../app/project/documentPaths.ts";
import type { Finding, FindingKind } from "../../documents/postmortemFindings.ts";
import { isLive } from "../../domain/drop/status.ts";
import type { Countdown } from "../../domain/incident/clock.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { isWithin } from "../../domain/text/repositoryPath.ts";
import { roughly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { shortTime } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { DiagnosticsAfterTyping } from "./diagnosticsAfterTyping.ts";

const QUIET_MS = 200;

const SEVERITIES: Record<FindingKind, DiagnosticSeverity> = {
  "missing-section": DiagnosticSeverity.Warning,
  "empty-section": DiagnosticSeverity.Warning,
  "open-question": DiagnosticSeverity.Information,
  "stale-part": DiagnosticSeverity.Warning,
  "broken-part": DiagnosticSeverity.Warning,
  "no-owner": DiagnosticSeverity.Warning,
  "no-due": DiagnosticSeverity.Warning,
  "bad-due": DiagnosticSeverity.Warning,
  overdue: DiagnosticSeverity.Warning,
};

/** Says in a post-mortem, while it is written, what it still lacks and by when it is due. */
export class PostmortemDiagnostics {
  readonly #model: ReleaseModel;
  readonly #diagnostics = new DiagnosticsAfterTyping("dropclock post-mortem", QUIET_MS, {
    isJudged: (document) => postmortemOf(this.#model, document) !== null,
    judge: (document) => this.#judge(document),
  });
  readonly #subscriptions: Disposable;
  readonly #judged = new WeakMap<TextDocument, { version: number; minute: number; reading: unknown }>();

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.#subscriptions = Disposable.from(
      this.#diagnostics,
      model.onDidChange(() => this.judgeAll()),
    );
  }

  /** To be called when time alone may have changed what is said. */
  judgeAll(): void {
    this.#diagnostics.judgeAll();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #findings(open: OpenPostmortem, document: TextDocument, now: Instant) {
    try {
      return await findingsOf(open, document, now);
    } catch (error) {
      // What cannot be judged is not passed over: such as a template that is broken.
      this.#judged.delete(document);
      const message =
        error instanceof HumanError ? error.message : `This post-mortem cannot be judged: ${String(error)}`;
      const finding: Finding = { kind: "broken-part", message, from: 0, to: 1, action: null };
      return { findings: [finding], titleLine: 0 };
    }
  }

  async #judge(document: TextDocument): Promise<void> {
    const open = postmortemOf(this.#model, document);
    if (!open) return;
    const now = this.#model.now();
    // The clock on it shows minutes; nothing else changes by time alone.
    const judged = {
      version: document.version,
      minute: Math.floor(now / 60_000),
      reading: open.project.reading,
    };
    const before = this.#judged.get(document);
    if (
      before &&
      before.version === judged.version &&
      before.minute === judged.minute &&
      before.reading === judged.reading
    )
      return;
    this.#judged.set(document, judged);
    const { findings, titleLine } = await this.#findings(open, document, now);
    if (document.isClosed) return;
    const marks = findings.map((finding) => markOf(document, finding));
    const clock = clockOf(open, now);
    if (clock) marks.unshift(clockMark(document, titleLine, clock, now));
    this.#diagnostics.mark(document.uri, marks);
  }
}

/** What a post-mortem lacks, by what is in the editor and by the record. */
export async function findingsOf({ project, path }: OpenPostmortem, document: TextDocument, now: Instant) {
  const { incidentOfDocument, judgePostmortem } = await import("../../app/documents/postmortemUpkeep.ts");
  const reading = project.reading!;
  const text = document.getText();
  const incident = incidentOfDocument(reading.release, path, text);
  const { findings, titleLine } = await judgePostmortem(project.project, reading, incident, {
    path,
    text,
    now,
  });
  return { findings, titleLine, incident };
}

function markOf(document: TextDocument, { kind, message, from, to }: Finding): Diagnostic {
  // A whole part under a wavy line could not be read any more.
  const end = kind === "stale-part" ? from : to - 1;
  const last = Math.min(Math.max(from, end), document.lineCount - 1);
  const range = new Range(
    from,
    document.lineAt(from).firstNonWhitespaceCharacterIndex,
    last,
    document.lineAt(last).text.trimEnd().length,
  );
  return mark(range, message, SEVERITIES[kind], kind);
}

function clockMark(document: TextDocument, line: number, clock: Countdown, now: Instant): Diagnostic {
  const late = clock.state === "breached";
  const due =
    clock.dueAt === null
      ? "; its clocks are paused"
      : `, ${late ? "was due" : "due"} ${shortTime(clock.dueAt, now)}`;
  const words = late ? `overdue by ${roughly(clock.remainingMs!)}` : `${roughly(clock.remainingMs!)} left`;
  const message = `Post-mortem: ${words}${due}. It counts as published when it is complete on the release branch.`;
  const range = document.lineAt(Math.min(line, document.lineCount - 1)).range;
  return mark(range, message, late ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information, "clock");
}

function mark(range: Range, message: string, severity: DiagnosticSeverity, code: string): Diagnostic {
  const diagnostic = new Diagnostic(range, message, severity);
  diagnostic.code = code;
  return diagnostic;
}

/** A post-mortem that somebody has open: its project, and its path in there with forward slashes. */
interface OpenPostmortem {
  project: TrackedProject;
  path: string;
}

/** The post-mortem that a document is; null where it is none. */
export function postmortemOf(
  model: ReleaseModel,
  { uri, languageId }: Pick<TextDocument, "uri" | "languageId">,
): OpenPostmortem | null {
  if (uri.scheme !== "file" || languageId !== "markdown") return null;
  for (const project of model.projects) {
    const folder = project.reading?.facts.policy.policy.documents.postmortems;
    if (folder === undefined) continue;
    const path = relative(project.project.root, uri.fsPath).split(sep).join("/");
    if (!path.startsWith("../") && isWithin(path, folder)) return { project, path };
  }
  return null;
}

/** The clock that runs until it must be published; null where none does. */
function clockOf({ project, path }: OpenPostmortem, now: Instant): Countdown | null {
  const status = project.statusAt(now);
  if (!status) return null;
  const own = status.open.find(({ incident }) => postmortemPath(status.policy.policy, incident) === path);
  return own?.clocks.find((clock) => clock.name === "postmortem" && isLive(clock)) ?? null;
}
