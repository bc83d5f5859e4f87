import { window } from "vscode";
import { declareIncident } from "../../app/incidents.ts";
import { LONGEST_TITLE } from "../../domain/incidentEvents.ts";
import { plainText } from "../../domain/plainText.ts";
import { CLOCK_NAMES, SEVERITIES, type Severity, type Targets } from "../../domain/terms.ts";
import { roughly } from "../../domain/wording.ts";
import { labelText } from "../inert.ts";
import { shortName } from "../status/statusFace.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { Handler } from "./commandContext.ts";
import { record } from "./record.ts";
import { rootOf } from "./target.ts";

/** Two inputs, title and severity; all else has a good default and can be changed after. */
export const declare: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const status = tracked.statusAt(context.model.now());
  const on = status?.drop ? ` on ${plainText(status.drop.tag, 60)}` : "";
  const title = await window.showInputBox({
    title: `Declare Incident${on} (1/2)`,
    prompt: "What do people see? A few words; they become its title.",
    placeHolder: "Checkout fails with 5xx",
    validateInput: titleTrouble,
    ignoreFocusOut: true,
  });
  if (title === undefined) return;
  const severity = await askSeverity(`Declare Incident${on} (2/2)`, status?.policy.policy.targets ?? null);
  if (!severity) return;
  const { id } = await record(tracked, "Incident declared; its clocks run", (project) =>
    declareIncident(project, { title, severity }),
  );
  await context.tree.revealIfVisible({ root: tracked.project.root, id });
};

function titleTrouble(text: string): string | null {
  const title = plainText(text, LONGEST_TITLE + 1);
  if (title === "") return "An incident needs a title.";
  return title.length > LONGEST_TITLE ? `At most ${LONGEST_TITLE} characters.` : null;
}

/** The severities with what each promises. Null: given up. */
export async function askSeverity(
  title: string,
  targets: Targets | null,
  present?: Severity,
): Promise<Severity | null> {
  const items = SEVERITIES.filter((severity) => severity !== present).map((severity) => ({
    label: severity,
    description: targets ? promises(targets, severity) : "",
  }));
  const picked = await window.showQuickPick(items, {
    title,
    placeHolder: "How bad is it?",
    ignoreFocusOut: true,
  });
  return (picked?.label as Severity | undefined) ?? null;
}

function promises(targets: Targets, severity: Severity): string {
  const set = CLOCK_NAMES.filter((name) => targets[severity][name] !== null);
  return labelText(set.map((name) => `${shortName(name)} ${roughly(targets[severity][name]!)}`).join(" · "));
}
