import { fetchIfOnline } from "../../app/project/fetchFirst.ts";
import type { Project } from "../../app/project/project.ts";
import { carryOut } from "../../app/undo/carryOut.ts";
import { planUndo } from "../../app/undo/planUndo.ts";
import { rehearse } from "../../app/undo/rehearse.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { planReport, rehearsalReport, resultReport } from "../../app/undo/undoReport.ts";
import { httpSources } from "../../app/watch/sources.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { proxiedFetch } from "../../signals/proxiedFetch.ts";
import { environmentSecrets } from "../../signals/secrets.ts";
import type { Answer, Call } from "../call/command.ts";
import { EXIT } from "../exitStatus.ts";
import { whileInterruptible } from "../interrupt.ts";
import { planText } from "../text/undoPlanText.ts";
import { rehearsalText, resultText } from "../text/undoResultText.ts";
import { UndoOperator } from "../undoOperator.ts";
import type { UNDO_OPTIONS } from "../undoOptions.ts";

type UndoCall = Call<typeof UNDO_OPTIONS>;

/** What `undo` answers: the plan, a rehearsal, or what was done. */
export async function undoAnswer(call: UndoCall): Promise<Answer> {
  const { rehearse: wanted, drill, reapply, yes } = call.values;
  const opened = await call.project();
  // Offline the undo goes on, by the policy that was fetched last.
  const offline = await fetchIfOnline(opened);
  const mode = reapply ? "reapply" : "undo";
  const plan = await planUndo(opened, {
    tag: call.args[0] ?? null,
    mode,
    to: call.values.to ?? null,
    offline,
  });
  if (wanted || drill) return rehearsed(call, opened, plan);
  if (plan.refusal !== null) return planned(opened, plan, [plan.refusal], plan.over ? EXIT.fine : EXIT.no);
  if (!yes && !(await confirmed(call, opened, plan)))
    return planned(opened, plan, [unconfirmed(call)], EXIT.no, call.confirm !== null);
  return carriedOut(call, opened, plan);
}

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
  const result = await pressing(call, opened, (operator) => carryOut(opened, plan, operator));
  const onlyWaits = result.state === "waiting" && result.steps.every(({ outcome }) => outcome !== "not done");
  return {
    json: { at: formatInstant(opened.now()), ...planReport(result.plan), result: resultReport(result) },
    text: (page) => resultText(result, page),
    exit: result.state === "done" || onlyWaits ? EXIT.fine : EXIT.no,
  };
}

async function rehearsed(call: UndoCall, opened: Project, plan: UndoPlan): Promise<Answer> {
  const result = await pressing(call, opened, (operator) =>
    rehearse(opened, plan, operator, { drill: call.values.drill }),
  );
  return {
    json: { at: formatInstant(opened.now()), ...planReport(plan), rehearsal: rehearsalReport(result) },
    text: (page) => rehearsalText(result, page),
    exit: result.inTime ? EXIT.fine : EXIT.no,
  };
}

/** Ctrl+C meanwhile stops it after the step that is under way, a second one at once. */
async function pressing<T>(
  { tell, values }: UndoCall,
  opened: Project,
  work: (operator: UndoOperator) => Promise<T>,
): Promise<T> {
  const { policy } = await opened.policy();
  const open = httpSources(opened, environmentSecrets(process.env), proxiedFetch(process.env));
  return whileInterruptible((stop) =>
    work(new UndoOperator({ tell, policy, open, stop: stop.signal, verified: values.verified })),
  );
}
