import { candidateNamed } from "../../app/gate/candidates.ts";
import {
  approveDrop,
  overrideCouncil,
  rejectDrop,
  requestApproval,
  type Spoken,
} from "../../app/gate/council.ts";
import { gateReport, hearingReport } from "../../app/gate/gateReport.ts";
import { readGoverned } from "../../app/gate/governed.ts";
import { readGate } from "../../app/gate/readGate.ts";
import { readRequest } from "../../app/gate/readRequest.ts";
import type { Project } from "../../app/project.ts";
import { formatInstant } from "../../domain/instant.ts";
import type { Answer, Call } from "../command.ts";
import type { OVERRIDE_OPTIONS, WHY_OPTION } from "../commands/council.ts";
import { inStep } from "../inStep.ts";
import { hearingText } from "../text/hearingText.ts";
import { actingNow } from "./actingNow.ts";

type WhyCall = Call<typeof WHY_OPTION>;

export async function runRequest(call: WhyCall): Promise<Answer> {
  return said("Requested", await requestApproval(await speaking(call, "council request"), speechOf(call)));
}

export async function runApprove(call: WhyCall): Promise<Answer> {
  return said("Approved", await approveDrop(await speaking(call, "council approve"), speechOf(call)));
}

export async function runReject(call: WhyCall): Promise<Answer> {
  return said("Rejected", await rejectDrop(await speaking(call, "council reject"), speechOf(call)));
}

export async function runOverride(call: Call<typeof OVERRIDE_OPTIONS>): Promise<Answer> {
  const { why, stage } = call.values;
  return said(
    "Overridden",
    await overrideCouncil(await speaking(call, "council override"), { tag: call.args[0], why, stage }),
  );
}

/** The request on one page; its gate is asked without looking at signals. */
export async function runShow(call: Call): Promise<Answer> {
  const project = await call.project();
  await inStep(project, call.tell);
  const governed = await readGoverned(project);
  const candidate = await candidateNamed(governed, call.args[0]);
  const reading = await readGate(project, governed, candidate, { sources: null });
  const page = await readRequest(project, reading);
  return {
    json: { at: formatInstant(project.now()), ...gateReport(reading), page },
    text: () => page.trimEnd(),
  };
}

async function speaking(call: Pick<Call, "project" | "tell">, name: string): Promise<Project> {
  const opened = await actingNow(call, name);
  await inStep(opened, call.tell);
  return opened;
}

const speechOf = ({ args, values }: WhyCall) => ({ tag: args[0], why: values.why });

function said(done: string, { event, hearing, governed }: Spoken): Answer {
  return {
    json: { event: event.id, ...hearingReport(hearing, governed) },
    text: (page) => `${done}.\n${hearingText(hearing, governed, page)}`,
  };
}
