import { gateReport } from "../../app/gate/gateReport.ts";
import { demoteDrop, promoteDrop } from "../../app/gate/moveStage.ts";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Answer, Call } from "../call/command.ts";
import type { STAGE_OPTIONS } from "../commands/dropStages.ts";
import { EXIT } from "../exitStatus.ts";
import { signalSources } from "../signalSources.ts";
import { gateText } from "../text/gateText.ts";

type StageCall = Call<typeof STAGE_OPTIONS>;

export async function runPromote({ args, values, project, environment }: StageCall): Promise<Answer> {
  const [to = ""] = args;
  const opened = await project();
  await fetchFirst(opened);
  const wish = { tag: values.drop, why: values.why, sources: signalSources(opened, environment) };
  const { reading, tag, from, done } = await promoteDrop(opened, to, wish);
  const before = from === null ? "" : `; it was in ${plainText(from, 60)}`;
  return {
    json: { at: formatInstant(opened.now()), tag, from, to, done, ...gateReport(reading) },
    text: (page) =>
      done ? `${plainText(tag, 80)} is in ${plainText(to, 60)} now${before}.` : gateText(reading, page),
    exit: done ? EXIT.fine : EXIT.no,
  };
}

export async function runDemote({ args: [to], values, project }: StageCall): Promise<Answer> {
  const opened = await project();
  const { tag, from, to: stage } = await demoteDrop(opened, to, { tag: values.drop, why: values.why });
  const sentence = `${plainText(tag, 80)} is back in ${plainText(stage, 60)}; it was in ${plainText(from, 60)}.`;
  return {
    json: { at: formatInstant(opened.now()), tag, from, to: stage },
    text: () => `${sentence} Its soak begins anew.`,
  };
}
