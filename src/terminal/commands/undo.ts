import type { Project } from "../../app/project.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { planReport, rehearsalReport, resultReport } from "../../app/undo/undoReport.ts";
import { HumanError } from "../../domain/humanError.ts";
import { formatInstant } from "../../domain/instant.ts";
import { type Answer, type Call, command } from "../command.ts";
import { EXIT } from "../exitStatus.ts";
import { planText } from "../text/undoPlanText.ts";
import { rehearsalText, resultText } from "../text/undoResultText.ts";
import { UndoOperator } from "../undoOperator.ts";

const OPTIONS = {
  rehearse: { help: "carry it out in a throw-away worktree with the policy's checks; push nothing" },
  drill: { help: "a rehearsal that counts as the quarter's drill, measured against the time to mitigate" },
  reapply: { help: "the way back: put an undone drop on again" },
  yes: { help: "do it without asking; that it is calm afterwards is still for somebody to say" },
  verified: { help: "you have seen that what the verify steps name is calm" },
} as const;

type UndoCall = Call<typeof OPTIONS>;

export const undo = command({
  name: "undo",
  args: "[TAG]",
  summary: "takes a drop (the current one) back: shows the plan, asks, and does it",
  options: OPTIONS,
  details: [
    "Press it as often as you like, here or elsewhere: it goes on from the first step that is not done. Your work tree, index and branches are never touched.",
    "Exit status 1 when it cannot be done, was not confirmed, stopped at a step, or when a rehearsal failed.",
  ],
  async run(call) {
    const { rehearse, drill, reapply } = call.values;
    if (reapply && (rehearse || drill))
      throw new HumanError(
        "usage",
        "--reapply puts a drop on again; a rehearsal is of the undo: give one of them.",
      );
    const opened = await call.project();
    const { planUndo } = await import("../../app/undo/planUndo.ts");
    const plan = await planUndo(opened, { tag: call.args[0] ?? null, mode: reapply ? "reapply" : "undo" });
    if (rehearse || drill) return rehearsed(call, opened, plan);
    if (plan.refusal !== null) return planned(opened, plan, [plan.refusal], plan.over ? EXIT.fine : EXIT.no);
    if (!call.values.yes && !(await confirmed(call, opened, plan)))
      return planned(opened, plan, [unconfirmed(call)], EXIT.no, call.confirm !== null);
    return carriedOut(call, opened, plan);
  },
});

async function confirmed(
  { confirm, show, page }: UndoCall,
  opened: Project,
  plan: UndoPlan,
): Promise<boolean> {
  if (!confirm) return false;
  show(planText(plan, opened.now(), page));
  return confirm(plan.mode === "undo" ? "Take it back?" : "Put it on again?");
}

const unconfirmed = ({ confirm }: UndoCall) =>
  confirm ? "Nothing was done." : "Nothing was done, for nobody is here to ask; to do it: --yes";

/** The plan alone. @param shown Whether it was printed before. */
function planned(
  opened: Project,
  plan: UndoPlan,
  complaints: string[],
  exit: Answer["exit"],
  shown = false,
): Answer {
  return {
    json: { at: formatInstant(opened.now()), ...planReport(plan), result: null },
    text: (page) => (shown ? "" : planText(plan, opened.now(), page)),
    complaints,
    ...(exit === undefined ? {} : { exit }),
  };
}

async function carriedOut(call: UndoCall, opened: Project, plan: UndoPlan): Promise<Answer> {
  const { carryOut } = await import("../../app/undo/carryOut.ts");
  const operator = new UndoOperator(call, call.values.verified);
  const result = await operator.whileListening(() => carryOut(opened, plan, operator));
  const onlyWaits = result.state === "waiting" && result.steps.every(({ outcome }) => outcome !== "not done");
  return {
    json: { at: formatInstant(opened.now()), ...planReport(result.plan), result: resultReport(result) },
    text: (page) => resultText(result, page),
    exit: result.state === "done" || onlyWaits ? EXIT.fine : EXIT.no,
  };
}

async function rehearsed(call: UndoCall, opened: Project, plan: UndoPlan): Promise<Answer> {
  const { rehearse } = await import("../../app/undo/rehearse.ts");
  const operator = new UndoOperator(call, false);
  const result = await operator.whileListening(() =>
    rehearse(opened, plan, operator, { drill: call.values.drill }),
  );
  return {
    json: { at: formatInstant(opened.now()), ...planReport(plan), rehearsal: rehearsalReport(result) },
    text: (page) => rehearsalText(result, page),
    exit: result.inTime ? EXIT.fine : EXIT.no,
  };
}
