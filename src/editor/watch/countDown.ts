import { ProgressLocation, window } from "vscode";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { CANCEL_MS } from "../../app/watch/takeBack.ts";
import type { Breach } from "../../app/watch/watchUntil.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { messageText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { breachWords, planWords } from "./breachWords.ts";

/** `overtaken`: somebody takes the drop back by hand, here or elsewhere. */
export type CountedDown = "go" | "cancelled" | "overtaken";

/** Time to say no, on view second by second. */
export async function countDown(
  project: TrackedProject,
  breach: Breach,
  plan: UndoPlan,
): Promise<CountedDown> {
  // What is reported goes on behind a colon: what is about to happen, and when, before why.
  const title = `Taking ${plainText(breach.drop.tag, 40)} back by itself`;
  const why = messageText(`${breachWords(breach)} ${planWords(plan)}`, 600);
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, (progress, cancelled) => {
    const end = Date.now() + CANCEL_MS;
    return new Promise<CountedDown>((resolve) => {
      const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        progress.report({ message: `in ${left} s. ${why}` });
        if (left <= 0) done("go");
      };
      const timer = setInterval(tick, 1000);
      const look = () => isTakenBack(project, breach) && done("overtaken");
      const looks = [
        project.undo.onDidChange(look),
        project.onDidChange(look),
        cancelled.onCancellationRequested(() => done("cancelled")),
      ];
      const done = (how: CountedDown) => {
        clearInterval(timer);
        for (const each of looks) each.dispose();
        resolve(how);
      };
      tick();
    });
  });
}

function isTakenBack({ undo, reading }: TrackedProject, { drop }: Breach): boolean {
  const here = undo.running?.tag === drop.tag && !undo.running.rehearsed;
  return here || (reading !== null && recordOf(reading.release, drop.tag).state !== "in force");
}
