import { Disposable, languages } from "vscode";
import type { AlarmMarkers } from "./alarms/alarmMarkers.ts";
import { BreachNotices } from "./commands/breachNotices.ts";
import type { CommandContext } from "./commands/commandContext.ts";
import { FlagFiles } from "./flags/flagFiles.ts";
import { FlagLenses } from "./flags/flagLenses.ts";
import { SignalSecrets } from "./model/signalSecrets.ts";
import { FlagDiagnostics } from "./views/flagDiagnostics.ts";
import { SignalWatches } from "./watch/signalWatches.ts";

/** What a flagd definition may be written in; which of them is one, the policy says. */
const FLAG_FILES = ["json", "jsonc", "yaml"].map((language) => ({ language, scheme: "file" }));

/** Signals and flags: all that looks at a drop from outside. Loaded once what was read first is on view. */
export function startWatching(context: CommandContext, markers: AlarmMarkers): Disposable {
  const { model, log, extension } = context;
  const notices = new BreachNotices(context, markers);
  const flags = new FlagFiles(model);
  const lenses = new FlagLenses(flags);
  return Disposable.from(
    new SignalWatches(model, new SignalSecrets(extension.secrets), log, notices.told),
    lenses,
    languages.registerCodeLensProvider(FLAG_FILES, lenses),
    model.onDidChange(() => lenses.refresh()),
    new FlagDiagnostics(model, flags),
  );
}
