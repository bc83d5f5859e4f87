import { type CancellationToken, CancellationTokenSource } from "vscode";
import { realTime } from "../../app/project/ticker.ts";
import type { Verdict } from "../../app/undo/operator.ts";
import { httpSources } from "../../app/watch/sources.ts";
import { untilCalm } from "../../app/watch/untilCalm.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SignalSecrets } from "../model/signalSecrets.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { askCalm } from "./askCalm.ts";

interface Calming {
  project: TrackedProject;
  secrets: SignalSecrets;
  /** Whether an incident is marked as mitigated once it is calm. */
  incident: boolean;
  stop: CancellationToken;
  show: (doing: string) => void;
}

/** The signals themselves say when it is calm; as soon as one cannot be read, a person may say so too. */
export async function verifyCalm(names: readonly string[], calming: Calming): Promise<Verdict> {
  const { project, secrets, incident, stop, show } = calming;
  const { policy } = await project.project.policy();
  const over = new AbortController();
  const question = new CancellationTokenSource();
  const cancelled = stop.onCancellationRequested(() => over.abort());
  let asked: Promise<Verdict> | null = null;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      const ask = () => {
        asked ??= askCalm(names, incident, question.token);
        asked.then(resolve, reject);
      };
      untilCalm(names, {
        policy,
        open: httpSources(project.project, secrets.read),
        time: realTime,
        stop: over.signal,
        waiting: (name, { failures, why }) => {
          show(`waits for ${plainText(name, 40)}: ${why}`);
          if (failures > 0) ask();
        },
      }).then((calm) => {
        if (calm === "calm") resolve("calm");
        else if (calm === "stopped") resolve("later");
        else ask();
      }, reject);
    });
  } finally {
    over.abort();
    question.cancel();
    question.dispose();
    cancelled.dispose();
  }
}
