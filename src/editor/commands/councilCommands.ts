import { window } from "vscode";
import type { RecordedVote, Speech } from "../../app/gate/council.ts";
import { councilWords, waitingWords } from "../../app/gate/gateWords.ts";
import type { GateReading } from "../../app/gate/readGate.ts";
import type { Project } from "../../app/project/project.ts";
import { riskWords } from "../../domain/change/riskLevel.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { labelText, messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError, mustBeWritable } from "../model/writable.ts";
import { pagePanels } from "../views/pagePanels.ts";
import { askText } from "./choose.ts";
import {
  type CommandContext,
  chooseProject,
  dropOf,
  type Handler,
  record,
  rootOf,
} from "./commandContext.ts";

/** The drop that council and gate are asked about; without a tag the next one. */
interface Asked {
  tracked: TrackedProject;
  tag: string | undefined;
}

/** @returns Null: given up. */
export async function chooseAsked(context: CommandContext, argument: unknown): Promise<Asked | null> {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return null;
  mustBeWritable(tracked);
  return { tracked, tag: dropOf(argument)?.tag };
}

/** The drop at its gate, after the team's newest words are here. Signals are not asked. */
export async function readAsked({ tracked, tag }: Asked): Promise<GateReading> {
  const { project } = tracked;
  const [{ fetchFirst }, { readGoverned }, { candidateNamed }, { readGate }] = await Promise.all([
    import("../../app/project/fetchFirst.ts"),
    import("../../app/gate/governed.ts"),
    import("../../app/gate/governed.ts"),
    import("../../app/gate/readGate.ts"),
  ]);
  await window.withProgress({ location: { viewId: VIEW } }, () => fetchFirst(project));
  const governed = await readGoverned(project);
  return readGate(project, governed, await candidateNamed(governed, tag), { sources: null });
}

/** Asks the council for its approval, with a word to it where there is one. */
export const requestApproval: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const reading = await readAsked(asked);
  if (!reading.approval.needed)
    throw new MendableError(
      `Nobody's approval is needed for ${nameIn(reading)}: its risk is ${riskWords(reading.risk)}.`,
      readInstead(asked),
    );
  const why = await window.showInputBox({
    title: `Request Approval of ${labelText(reading.name)}`,
    prompt: "What should the council know? (may be empty)",
    ignoreFocusOut: true,
  });
  if (why === undefined) return;
  await say(asked, reading, ["Requested", "Approval requested"], (council, project, of) =>
    council.requestApproval(project, { ...of, why }),
  );
};

/** Approves a drop for what it is and how risky it is right now, which the person has before their eyes. */
export const approve: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const reading = await readAsked(asked);
  const pressed = await window.showInformationMessage(
    messageText(`Approve ${nameIn(reading)}?`),
    { modal: true, detail: messageText(detailOf(reading), 1200) },
    "Approve",
    "Read the Request",
  );
  if (pressed === "Read the Request") return showRequest(context, asked, reading.candidate.tag);
  if (pressed !== "Approve") return;
  await say(asked, reading, ["Approved", "Approved"], (council, project, of) =>
    council.approveDrop(project, of),
  );
};

/** Stops a drop until its author thinks better of it. */
export const reject: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const reading = await readAsked(asked);
  const why = await askText(`Reject ${labelText(reading.name)}`, "What has to change before it may ship?");
  if (why === null) return;
  await say(asked, reading, ["Rejected", "Rejected"], (council, project, of) =>
    council.rejectDrop(project, { ...of, why }),
  );
};

/** Opens the gate in spite of the council, under one's own name and with a reason. */
export const override: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (!asked) return;
  const reading = await readAsked(asked);
  const reach = await askReach(reading);
  if (reach === null) return;
  if (reach === "council" && reading.gate.open && reading.question.kind === "ship")
    throw new MendableError(
      `Nothing stands in the way of ${nameIn(reading)}, so there is nothing to override.`,
      readInstead(asked),
    );
  const why = await askText(
    `Override the Gate of ${labelText(reading.name)}`,
    "Why? It stands in the scorecard, the changelog and the post-mortem for good, with your name",
  );
  if (why === null) return;
  const stage = reach === "council" ? {} : { stage: reach.stage };
  await say(asked, reading, ["Overridden", "Overridden, on record"], (council, project, of) =>
    council.overrideCouncil(project, { ...of, why, ...stage }),
  );
};

/** How far an override reaches: past the council alone, or past the wait before a stage as well. Null: given up. */
async function askReach({ question, name }: GateReading): Promise<"council" | { stage: string } | null> {
  if (question.kind === "ship") return "council";
  const to = labelText(question.to, 60);
  const items = [
    { label: `Soak, signals and incidents before ${to}, and the council`, reach: { stage: question.to } },
    { label: "The council alone", reach: "council" as const },
  ];
  const picked = await window.showQuickPick(items, {
    title: `Override the Gate of ${labelText(name)}`,
    placeHolder: "What is passed by?",
  });
  return picked?.reach ?? null;
}

/** Shows risk, checklist, undo, council and diff of a drop on one page. */
export const openRequest: Handler = async (context, argument) => {
  const asked = await chooseAsked(context, argument);
  if (asked) showRequest(context, asked, asked.tag ?? null);
};

/** The page on view; it follows what the council says. */
function showRequest(
  context: CommandContext,
  { tracked: { project }, tag }: Asked,
  shown: string | null,
): void {
  const title = `Approval of ${shown ?? "the next drop"}`;
  pagePanels(context).show({ page: "request", root: project.root, tag: tag ?? null }, title);
}

/** How the targets were kept, on one page. */
export const showScorecard: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (tracked) pagePanels(context).show({ page: "scorecard", root: tracked.project.root }, "Scorecard");
};

const readInstead = ({ tracked: { project }, tag }: Asked) => ({
  title: "Open Request",
  command: commandId("openRequest"),
  argument: { root: project.root, ...(tag === undefined ? {} : { tag }) },
});

/** `the next drop (3 commits since drop-6)`. */
export function nameIn({ candidate, commits, name }: GateReading): string {
  const since = candidate.previous ? ` since ${plainText(candidate.previous.tag, 60)}` : "";
  return `${candidate.tag === null ? "the next drop" : name} (${counted(commits.length, "commit")}${since})`;
}

/** What a person must know before they say yes. */
export function detailOf({ candidate, risk, approval, gate }: GateReading): string {
  return [
    `Commit ${candidate.commit.slice(0, 10)}. Risk ${riskWords(risk)}.`,
    `${sentence(councilWords(approval))}.`,
    ...gate.overridden.map(({ text }) => `Overridden: ${text}`),
  ].join("\n");
}

type Council = typeof import("../../app/gate/council.ts");

/** Puts a word on record, of the very commit that the person was shown, and tells how the council stands with it. */
async function say(
  { tracked, tag }: Asked,
  { candidate: { commit } }: GateReading,
  [done, said]: readonly [done: string, said: string],
  speak: (council: Council, project: Project, of: Pick<Speech, "tag" | "commit">) => Promise<RecordedVote>,
): Promise<void> {
  const council = await import("../../app/gate/council.ts");
  const { review } = await record(tracked, said, (project) => speak(council, project, { tag, commit }));
  const { approval } = review;
  const words = [`${done}.`, `${sentence(councilWords(approval))}.`, waitingWords(approval)];
  void window.showInformationMessage(messageText(words.filter(Boolean).join(" "), 600));
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
