import { join } from "node:path";
import {
  CodeLens,
  type CodeLensProvider,
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  EventEmitter,
  type TextDocument,
  Uri,
} from "vscode";
import { flagHistory } from "../../app/drop/dropFacts.ts";
import { type Flag, type FlagFault, readFlags } from "../../documents/flagd.ts";
import { type FlagCare, type FlagConcern, flagCare } from "../../domain/change/flags.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { DiagnosticsAfterTyping } from "./diagnosticsAfterTyping.ts";
import { rangeOf } from "./policyDiagnostics.ts";

const QUIET_MS = 300;

const SEVERITIES: Record<FlagConcern, DiagnosticSeverity> = {
  noMetric: DiagnosticSeverity.Warning,
  noSignal: DiagnosticSeverity.Information,
  stale: DiagnosticSeverity.Information,
};

/** Marks the flags of an open flagd definition that lack something. */
export class FlagDiagnostics {
  readonly #files: FlagFiles;
  readonly #diagnostics = new DiagnosticsAfterTyping("dropclock flags", QUIET_MS, {
    isJudged: ({ uri }) => this.#files.projectOf(uri) !== null,
    judge: (document) => this.#judge(document),
  });
  readonly #subscriptions: Disposable;

  constructor(model: ReleaseModel, files: FlagFiles) {
    this.#files = files;
    this.#subscriptions = Disposable.from(
      this.#diagnostics,
      model.onDidChange(() => this.#diagnostics.judgeAll()),
    );
    this.#diagnostics.judgeAll();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #judge(document: TextDocument): Promise<void> {
    const { version } = document;
    const judged = await this.#files.judge(document.uri, document.getText());
    if (document.isClosed || document.version !== version) return;
    if (judged) this.#diagnostics.mark(document.uri, marksOf(judged));
  }
}

function marksOf({ flags, faults }: JudgedFlags): Diagnostic[] {
  const marks = faults.map(
    ({ message, place }) => new Diagnostic(rangeOf(place), message, DiagnosticSeverity.Error),
  );
  for (const { flag, care } of flags) {
    for (const { kind, message } of care.concerns) {
      const mark = new Diagnostic(rangeOf(flag.place), message, SEVERITIES[kind]);
      mark.code = kind;
      marks.push(mark);
    }
  }
  return marks;
}

/** A flag of a file that is open, and how it is looked after. */
interface CaredFlag {
  flag: Flag;
  care: FlagCare;
}

interface JudgedFlags {
  root: string;
  flags: CaredFlag[];
  faults: FlagFault[];
}

/** Judges the flagd definitions that the policies of the window name. */
export class FlagFiles {
  readonly #model: ReleaseModel;
  readonly #histories = new Map<string, Promise<Map<string, number>>>();

  constructor(model: ReleaseModel) {
    this.#model = model;
  }

  /** The project whose flags a file holds; null for any other file. */
  projectOf(uri: Uri): TrackedProject | null {
    if (uri.scheme !== "file") return null;
    const holds = ({ project, reading }: TrackedProject) => {
      const file = reading?.facts.policy.policy.flags?.file;
      return file !== undefined && Uri.file(join(project.root, file)).toString() === uri.toString();
    };
    return this.#model.projects.find(holds) ?? null;
  }

  /** Null where the file holds no flags that a policy names. */
  async judge(uri: Uri, text: string): Promise<JudgedFlags | null> {
    const tracked = this.projectOf(uri);
    const release = tracked?.reading?.release;
    if (!tracked || !release) return null;
    const { flags, faults } = readFlags(text);
    const history = flags.some(({ fullyOn }) => fullyOn) ? await this.#historyOf(tracked) : new Map();
    const cared = flags.map((flag) => ({
      flag,
      care: flagCare(flag.key, release.policy.policy, flag.fullyOn, history.get(flag.key) ?? 0),
    }));
    return { root: tracked.project.root, flags: cared, faults };
  }

  /** Read once for the same drops: what was released does not change. */
  #historyOf({ project, reading }: TrackedProject): Promise<Map<string, number>> {
    const { release } = reading!;
    const drops = release.drops.map(({ commit }) => commit);
    const key = JSON.stringify([project.root, release.policy.policy.flags?.file, drops]);
    const known = this.#histories.get(key) ?? flagHistory(project, release);
    this.#histories.clear();
    this.#histories.set(key, known);
    return known;
  }
}

/** Above each flag: what it moves, which signal reads that, and who gets what. */
export class FlagLenses implements CodeLensProvider {
  readonly onDidChangeCodeLenses;
  readonly #changed = new EventEmitter<void>();
  readonly #files: FlagFiles;

  constructor(files: FlagFiles) {
    this.#files = files;
    this.onDidChangeCodeLenses = this.#changed.event;
  }

  /** To be called when a policy or a drop has changed. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const judged = await this.#files.judge(document.uri, document.getText());
    if (!judged) return [];
    const { root, flags } = judged;
    const command = { command: commandId("openPolicy"), arguments: [{ root }] };
    return flags.map(
      ({ flag, care }) => new CodeLens(rangeOf(flag.place), { ...command, title: words({ flag, care }) }),
    );
  }
}

function words({ flag, care }: CaredFlag): string {
  const metric = care.metric === null ? "no business metric" : plainText(care.metric, 60);
  const names = care.signals.map((name) => `“${plainText(name, 40)}”`).join(", ");
  const read = care.metric === null ? [] : [names === "" ? "no signal" : `read by ${names}`];
  const stale = care.concerns.some(({ kind }) => kind === "stale") ? ", stale" : "";
  return [metric, ...read, `${stateWords(flag)}${stale}`].join(" · ");
}

function stateWords({ enabled, everybody, fullyOn }: CaredFlag["flag"]): string {
  if (!enabled) return "disabled";
  if (fullyOn) return "fully on";
  return everybody === null ? "some get it" : "off for everybody";
}
