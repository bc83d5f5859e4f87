import { commands, window } from "vscode";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { Shipped } from "../../app/gate/shipDrop.ts";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { commandId } from "../ids.ts";
import { labelText, messageText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { SignalSecrets } from "../watch/signalSecrets.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { chooseAsked, detailOf, nameIn, readAsked } from "./councilCommands.ts";
import { record } from "./record.ts";

const OPEN_REQUEST = "Open Request";
const OVERRIDE = "Override Gate…";

/** Tags the next drop, pushes the tag where that is wanted, and puts on record what shipped. */
export const ship: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const { tracked } = asked;
  const reading = await readAsked({ tracked, tag: undefined });
  if (reading.candidate.tag !== null)
    throw new HumanError("usage", `Nothing is new since ${reading.name}, so there is nothing to ship.`);
  if (!reading.gate.open) return tellShut(tracked, reading, "The next drop may not ship yet");
  const use = await import("../../app/gate/shipDrop.ts");
  const suggested = await use.suggestedTag(tracked.project, reading.governed);
  const tag = await window.showInputBox({
    title: "Ship Drop",
    prompt: "The name of the tag that marks it",
    value: suggested ?? "",
    validateInput: (typed) => (typed.trim() === "" ? "A drop needs a name." : null),
    ignoreFocusOut: true,
  });
  if (tag === undefined) return;
  const { remote } = reading.governed.release.policy.policy.ledger;
  const push = remote === null ? null : `Tag and Push to ${plainText(remote, 40)}`;
  const pressed = await window.showInformationMessage(
    messageText(`Ship ${nameIn(reading)} as ${plainText(tag.trim(), 80)}?`),
    { modal: true, detail: messageText(`${detailOf(reading)}\nIts watch window opens.`, 1200) },
    ...(push === null ? [] : [push]),
    "Tag Only",
  );
  if (pressed === undefined) return;
  const shipped = await record(tracked, `${plainText(tag.trim(), 60)} shipped`, async (project) =>
    use.shipDrop(project, {
      tag: tag.trim(),
      push: async () => pressed === push,
      sources: await sourcesOf(context),
    }),
  );
  if (!shipped.reading.gate.open)
    return tellShut(tracked, shipped.reading, "The next drop may not ship any more");
  void window.showInformationMessage(messageText(shippedWords(shipped), 600));
};

/** Exposes the current drop to the next stage, once it has soaked, all is calm, and nobody has anything against it. */
export const promote: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const { tracked } = asked;
  const tag = asked.tag ?? currentTag(tracked);
  const { question } = await readAsked({ tracked, tag });
  if (question.kind !== "promote")
    throw new HumanError("usage", `${plainText(tag, 60)} is in the last stage already.`);
  const use = await import("../../app/gate/moveStage.ts");
  const sources = await sourcesOf(context);
  const promoted = await record(tracked, "The gate was asked", (project) =>
    use.promoteDrop(project, question.to, { tag, sources }),
  );
  const to = plainText(promoted.to, 60);
  if (!promoted.done)
    return tellShut(tracked, promoted.reading, `${plainText(tag, 60)} may not go to ${to} yet`);
  void window.showInformationMessage(messageText(`${plainText(tag, 60)} is in ${to} now.`));
};

/** Takes exposure back: nothing stands in the way of that. */
export const demote: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const { tracked } = asked;
  const tag = asked.tag ?? currentTag(tracked);
  const { stage, governed } = await readAsked({ tracked, tag });
  const { stages } = governed.release.policy.policy;
  const earlier = stages.slice(0, stage?.index ?? 0).toReversed();
  if (earlier.length === 0)
    throw new HumanError(
      "usage",
      `${plainText(tag, 60)} is in the first stage, so there is none before it; undo the drop to take it back.`,
    );
  const items = earlier.map(({ name }) => ({ label: labelText(name), name }));
  const title = `Demote ${labelText(tag, 60)} To`;
  const picked = await window.showQuickPick(items, { title });
  if (!picked) return;
  const why = await window.showInputBox({ title, prompt: "Why? (may be empty)" });
  if (why === undefined) return;
  const use = await import("../../app/gate/moveStage.ts");
  const demoted = await record(tracked, `Back in ${plainText(picked.name, 60)}`, (project) =>
    use.demoteDrop(project, picked.name, { tag, why }),
  );
  const words = `${plainText(tag, 60)} is back in ${plainText(demoted.to, 60)}; its soak begins anew.`;
  void window.showInformationMessage(messageText(words));
};

function currentTag({ reading }: TrackedProject): string {
  const tag = reading?.release.drops[0]?.tag;
  if (tag === undefined) throw new HumanError("usage", "There is no drop yet; ship one first.");
  return tag;
}

async function sourcesOf({ extension }: CommandContext) {
  const { httpSources } = await import("../../app/watch/sources.ts");
  return httpSources(new SignalSecrets(extension.secrets).read);
}

/** Every reason, and the ways on. Not awaited: the command is over when it is on view. */
function tellShut({ project }: TrackedProject, { gate, candidate }: GateReading, what: string): void {
  const reasons = gate.reasons.map(({ text }) => text).join(" ");
  const argument = { root: project.root, ...(candidate.tag === null ? {} : { tag: candidate.tag }) };
  void window
    .showWarningMessage(messageText(`${what}. ${reasons}`, 1000), OPEN_REQUEST, OVERRIDE)
    .then((pressed) => {
      if (pressed === OPEN_REQUEST) void commands.executeCommand(commandId("openRequest"), argument);
      if (pressed === OVERRIDE) void commands.executeCommand(commandId("overrideGate"), argument);
    });
}

function shippedWords({ tag, tagged, pushed, remote }: Shipped): string {
  const name = plainText(tag, 60);
  const sent = pushed
    ? ` and is at ${plainText(remote ?? "", 40)}`
    : remote === null
      ? ""
      : `; it is not pushed yet`;
  return `${name} is ${tagged ? "tagged" : "tagged already"}${sent}. Its watch window is open: somebody must be watching now.`;
}
