import { candidateOf } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import { mustBeDrop } from "../drop/dropNamed.ts";
import type { Project } from "../project/project.ts";
import { type Governed, readGoverned } from "./governed.ts";
import { currentStage, type GateReading, readGate } from "./readGate.ts";

interface StageWish {
  /** Left out: the current drop. */
  tag?: string | undefined;
  why?: string | undefined;
}

interface Promoted {
  reading: GateReading;
  tag: string;
  from: string | null;
  to: string;
  /** False where the gate is shut: the reading says why. */
  done: boolean;
}

/** Exposes a drop to the next stage, once it has soaked, all is calm, and the council has nothing against it. */
export async function promoteDrop(
  project: Project,
  to: string,
  { tag, why, sources }: StageWish & { sources: SourceOpener },
): Promise<Promoted> {
  const governed = await readGoverned(project);
  const candidate = candidateIn(governed, tag);
  const reading = await readGate(project, governed, candidate, { to, sources });
  const from = reading.stage?.name ?? null;
  const done = reading.gate.open;
  if (done) await enter(project, governed, candidate.tag, { stage: to, from }, why);
  return { reading, tag: candidate.tag, from, to, done };
}

interface Demoted {
  tag: string;
  from: string;
  to: string;
}

/** Takes exposure back: to the stage before, or an earlier one. Nothing stands in the way of that. */
export async function demoteDrop(
  project: Project,
  to: string | undefined,
  { tag, why }: StageWish,
): Promise<Demoted> {
  const governed = await readGoverned(project);
  const candidate = candidateIn(governed, tag);
  const { stages } = governed.release.policy.policy;
  const stage = await currentStage(governed, candidate);
  if (!stage)
    throw new HumanError("usage", "The policy has no stages, so there is no exposure to take back.");
  const index = to === undefined ? stage.index - 1 : stages.findIndex(({ name }) => name === to);
  const target = stages[index];
  if (!target || index >= stage.index)
    throw new HumanError("usage", noWayDown(candidate.tag, stage, stages, to));
  await enter(project, governed, candidate.tag, { stage: target.name, from: stage.name }, why);
  return { tag: candidate.tag, from: stage.name, to: target.name };
}

function noWayDown(
  tag: string,
  stage: { name: string; index: number },
  stages: readonly { name: string }[],
  to: string | undefined,
) {
  const where = `${plainText(tag, 60)} is in ${plainText(stage.name, 60)}`;
  if (stage.index === 0)
    return `${where}, the first stage, so there is none before it; undo the drop to take it back.`;
  const earlier = stages.slice(0, stage.index).map(({ name }) => plainText(name, 60));
  return `${where}, and “${plainText(to ?? "", 60)}” is no stage before that; there is ${earlier.join(", ")}.`;
}

function candidateIn({ release }: Governed, tag: string | undefined) {
  const drop = tag === undefined ? release.current : mustBeDrop(release, tag);
  if (!drop) throw new HumanError("usage", "There is no drop yet; ship one first: dropclock drop ship");
  return { ...candidateOf(release, drop), tag: drop.tag };
}

async function enter(
  project: Project,
  { release }: Governed,
  tag: string,
  move: { stage: string; from: string | null },
  why: string | undefined,
): Promise<void> {
  const reason = plainText(why ?? "", 500);
  const data = {
    stage: move.stage,
    ...(move.from === null ? {} : { from: move.from }),
    ...(reason === "" ? {} : { why: reason }),
  };
  const signed = release.policy.policy.council?.signed === true;
  await project.append([{ subject: `drop/${tag}`, type: "stage", data }], { signed });
}
