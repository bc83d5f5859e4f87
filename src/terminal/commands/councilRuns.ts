import {
  approveDrop,
  overrideCouncil,
  type RecordedVote,
  rejectDrop,
  requestApproval,
} from "../../app/gate/council.ts";
import type { CouncilReview } from "../../app/gate/councilReview.ts";
import { gateReport, reviewReport } from "../../app/gate/gateReport.ts";
import { baseWords, councilWords, policyWords, voteWords, waitingWords } from "../../app/gate/gateWords.ts";
import { candidateNamed, type Governed, readGoverned } from "../../app/gate/governed.ts";
import { readGate } from "../../app/gate/readGate.ts";
import { readRequest } from "../../app/gate/readRequest.ts";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import type { Project } from "../../app/project/project.ts";
import { riskWords } from "../../domain/change/riskLevel.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Answer, Call } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import { wrap } from "../text/table.ts";
import type { OVERRIDE_OPTIONS, WHY_OPTION } from "./council.ts";

type WhyCall = Call<typeof WHY_OPTION>;

export async function runRequest(call: WhyCall): Promise<Answer> {
  return said("Requested", await requestApproval(await opened(call), speechOf(call)));
}

export async function runApprove(call: WhyCall): Promise<Answer> {
  return said("Approved", await approveDrop(await opened(call), speechOf(call)));
}

export async function runReject(call: WhyCall): Promise<Answer> {
  return said("Rejected", await rejectDrop(await opened(call), speechOf(call)));
}

export async function runOverride(call: Call<typeof OVERRIDE_OPTIONS>): Promise<Answer> {
  const { why, stage } = call.values;
  return said("Overridden", await overrideCouncil(await opened(call), { tag: call.args[0], why, stage }));
}

/** The request on one page; its gate is asked without looking at signals. */
export async function runShow(call: Call): Promise<Answer> {
  const project = await opened(call);
  const governed = await readGoverned(project);
  const candidate = await candidateNamed(governed, call.args[0]);
  const reading = await readGate(project, governed, candidate, { sources: null });
  const page = await readRequest(project, reading);
  return {
    json: { at: formatInstant(project.now()), ...gateReport(reading), page },
    text: () => page.trimEnd(),
  };
}

const speechOf = ({ args, values }: WhyCall) => ({ tag: args[0], why: values.why });

async function opened({ project }: Pick<Call, "project">): Promise<Project> {
  const found = await project();
  await fetchFirst(found);
  return found;
}

function said(done: string, { event, review, governed }: RecordedVote): Answer {
  return {
    json: { event: event.id, ...reviewReport(review, governed) },
    text: (page) => `${done}.\n${reviewText(review, governed, page)}`,
  };
}

/** What the council has said of a drop, and what it still waits for. */
function reviewText(review: CouncilReview, governed: Governed, { paint, width }: Page): string {
  const { approval, risk } = review;
  const standing = councilWords(approval);
  const told = voteWords(approval).filter((line) => !line.startsWith("Approved"));
  const lines = [
    paint.bold(`${reviewSubjectWords(review)}, risk ${riskWords(risk)}`),
    `${standing[0]!.toUpperCase()}${standing.slice(1)}`,
    ...told.map((line) => (line.startsWith("Rejected") ? paint.red(line) : paint.yellow(line))),
    ...[baseWords(review)].filter((line) => line !== null),
    ...approval.disregarded.map(({ flaw }) => paint.yellow(`Not counted: ${flaw}`)),
    ...[waitingWords(approval)].filter((line) => line !== null),
    ...policyWords(governed),
  ];
  return lines.flatMap((line) => wrap(line, width, "")).join("\n");
}

/** `The next drop (3 commits since drop-6)`. */
function reviewSubjectWords({ candidate, base, commits }: CouncilReview): string {
  const { tag } = candidate;
  const since = base ? ` since ${plainText(base.tag, 60)}` : "";
  const size = `${counted(commits.length, "commit")}${since}`;
  return `${tag === null ? "The next drop" : plainText(tag, 80)} (${size})`;
}
