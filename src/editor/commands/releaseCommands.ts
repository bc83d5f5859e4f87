import { commands, window } from "vscode";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { Shipped } from "../../app/gate/shipDrop.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { SignalSecrets } from "../model/signalSecrets.ts";
import { labelText, messageText, withoutCommandLine } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError } from "../model/writable.ts";
import { type CommandContext, type Handler, record } from "./commandContext.ts";
import { chooseAsked, detailOf, nameIn, readAsked } from "./councilCommands.ts";

const OPEN_REQUEST = "Open Request";
const OVERRIDE = "Override Gate…";

/** Tags the next drop, pushes the tag where that is wanted, and puts on record what shipped. */
export const ship: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const { tracked } = asked;
  const reading = await readAsked(asked);
  refuseShipped(tracked, reading);
  if (reading.question.kind === "ship" && !reading.gate.open)
    return tellShut(tracked, reading, `${nameOf(reading)} may not ship yet`);
  const tag = reading.candidate.tag ?? (await askName(tracked, reading));
  if (tag === null) return;
  const push = await askPush(reading, tag);
  if (push === null) return;
  const shipped = await carriedOut(context, tracked, reading, { tag, push });
  if (!shipped.reading.gate.open)
    return tellShut(tracked, shipped.reading, `${nameOf(reading)} may not ship any more`);
  void window.showInformationMessage(messageText(shippedWords(shipped), 600));
};

const nameOf = ({ candidate, name }: GateReading) =>
  candidate.tag === null ? "The next drop" : plainText(name, 80);

/** A tag that was made elsewhere, or could not be pushed, is still to be put on record; one that is, is done. */
function refuseShipped({ project }: TrackedProject, { candidate, governed, name }: GateReading): void {
  const { log, policy } = governed.release;
  const { tag } = candidate;
  if (tag === null || !log.of(`drop/${tag}`).some(({ type }) => type === "shipped")) return;
  const words = `${name} has shipped, and nothing is new since, so there is nothing to ship.`;
  if (policy.policy.stages.length === 0) throw new HumanError("usage", words);
  const argument = { root: project.root, tag };
  throw new MendableError(words, { title: "Promote Drop…", command: commandId("promoteDrop"), argument });
}

async function askName({ project }: TrackedProject, reading: GateReading): Promise<string | null> {
  const { suggestedTag, nameComplaint } = await import("../../app/gate/shipDrop.ts");
  const tag = await window.showInputBox({
    title: "Ship Drop",
    prompt: `The name of the tag that marks ${nameIn(reading)}`,
    value: (await suggestedTag(project, reading.governed)) ?? "",
    validateInput: (typed) =>
      typed.trim() === "" ? "A drop needs a name." : nameComplaint(reading.governed, typed.trim()),
    ignoreFocusOut: true,
  });
  return tag?.trim() ?? null;
}

/** The one question: what is tagged, and whether it is pushed. Null: given up. */
async function askPush(reading: GateReading, tag: string): Promise<boolean | null> {
  const remote = reading.governed.anchor.remote;
  const name = plainText(tag, 80);
  const isNew = reading.candidate.tag === null;
  const push = `${isNew ? "Tag and Push" : "Push"} to ${plainText(remote ?? "", 40)}`;
  const stay = isNew ? "Tag Only" : "Put on Record Only";
  const question = isNew ? `Ship ${nameIn(reading)} as ${name}?` : `Put on record that ${name} has shipped?`;
  const detail = `${detailOf(reading)}\nIts watch window opens.`;
  const options = { modal: true, detail: messageText(detail, 1200) };
  const buttons = remote === null ? [stay] : [push, stay];
  const pressed = await window.showInformationMessage(messageText(question), options, ...buttons);
  return pressed === undefined ? null : pressed === push;
}

async function carriedOut(
  context: CommandContext,
  tracked: TrackedProject,
  { candidate: { commit } }: GateReading,
  { tag, push }: { tag: string; push: boolean },
): Promise<Shipped> {
  const { shipDrop } = await import("../../app/gate/shipDrop.ts");
  const wish = { tag, commit, push: async () => push, sources: await sourcesOf(context, tracked) };
  try {
    return await record(tracked, `${plainText(tag, 60)}: the gate was asked`, (project) =>
      shipDrop(project, wish),
    );
  } catch (error) {
    // The tag may be there by now.
    await tracked.refresh();
    if (!(error instanceof HumanError) || error.kind !== "service") throw error;
    const argument = { root: tracked.project.root, tag };
    throw new MendableError(error.message, {
      title: "Try Again",
      command: commandId("shipDrop"),
      argument,
    });
  }
}

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
  const sources = await sourcesOf(context, tracked);
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

/** Pushes the tag of a drop, which others then see and pipelines may act on: so it is asked first. */
export const pushShippedTag: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const { tracked } = asked;
  const tag = asked.tag ?? currentTag(tracked);
  const { repository } = tracked.project;
  const anchor = await tracked.project.anchor();
  const remote = anchor && "commit" in anchor ? anchor.remote : null;
  const name = plainText(tag, 60);
  if (!repository || remote === null)
    throw new HumanError("usage", `There is no remote to push ${name} to; add one with git remote add.`);
  const to = plainText(remote, 40);
  const { hasTag, pushTag } = await import("../../git/push.ts");
  if (await hasTag(repository, remote, tag)) {
    tracked.tagOnRemote.pushed(tag);
    throw new HumanError("usage", `${to} has the tag ${name} already.`);
  }
  const options = { modal: true, detail: `Others see the drop then, and ${to} may deploy it.` };
  const button = "Push Tag";
  const pressed = await window.showInformationMessage(`Push the tag ${name} to ${to}?`, options, button);
  if (pressed !== button) return;
  const answer = await window.withProgress({ location: { viewId: VIEW } }, () =>
    pushTag(repository, remote, tag),
  );
  if (!answer.pushed)
    throw new HumanError(
      "service",
      answer.taken
        ? `${to} has another tag ${name} already; ship under another name.`
        : `${name} could not be pushed to ${to}: ${plainText(answer.reason, 300)}.`,
    );
  tracked.tagOnRemote.pushed(tag);
  window.setStatusBarMessage(`$(check) ${labelText(`${tag} pushed to ${remote}`, 80)}`, 4000);
};

function currentTag({ reading }: TrackedProject): string {
  const tag = reading?.release.current?.tag;
  if (tag === undefined) throw new HumanError("usage", "There is no drop yet; ship one first.");
  return tag;
}

async function sourcesOf({ extension }: CommandContext, { project }: TrackedProject) {
  const { httpSources } = await import("../../app/updates/secretsInForce.ts");
  return httpSources(project, new SignalSecrets(extension.secrets).read);
}

/** Every reason, and the ways on. Not awaited: the command is over when it is on view. */
function tellShut({ project }: TrackedProject, { gate, candidate }: GateReading, what: string): void {
  const reasons = gate.reasons.map(({ text }) => withoutCommandLine(text)).join(" ");
  const argument = { root: project.root, ...(candidate.tag === null ? {} : { tag: candidate.tag }) };
  void window
    .showWarningMessage(messageText(`${what}. ${reasons}`, 1000), OPEN_REQUEST, OVERRIDE)
    .then((pressed) => {
      if (pressed === OPEN_REQUEST) void commands.executeCommand(commandId("openRequest"), argument);
      if (pressed === OVERRIDE) void commands.executeCommand(commandId("overrideGate"), argument);
    });
}

function shippedWords({ tag, tagged, pushed, recorded, remote }: Shipped): string {
  const name = plainText(tag, 60);
  const sent = pushed
    ? ` and is at ${plainText(remote ?? "", 40)}`
    : remote === null
      ? ""
      : `; it is not pushed yet`;
  const watch = recorded
    ? "Its watch window is open: somebody must be watching now."
    : "It was on record as shipped already.";
  return `${name} is ${tagged ? "tagged" : "tagged already"}${sent}. ${watch}`;
}
