import { type Candidate, candidateOf } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { mailOf } from "../../domain/text/plainText.ts";
import { readNextDrop } from "../drop/dropNamed.ts";
import type { Project, Reading } from "../project/project.ts";
import { type Governed, readGoverned } from "./governed.ts";
import { type GateReading, readGate } from "./readGate.ts";
import { suggestedTag } from "./shipDrop.ts";

/** How council and gate stand to the drops that somebody may act on. For show: nobody asks a signal for it. */
export interface Governance {
  /** What is on the release branch since the newest drop; null when nothing is, and where it cannot be judged. */
  next: GateReading | null;
  /** The current drop; null where there is none yet, and where it cannot be judged. */
  current: GateReading | null;
  /** Why one of them cannot be judged, which is no reason to show nothing of the other. */
  trouble: { next: string | null; current: string | null };
  /** The name that the next drop would get; null where the pattern suggests none. */
  suggested: string | null;
  /** The mail of who works here; null where git does not know. */
  me: string | null;
}

/** @throws {HumanError} where there is no release branch, or its policy cannot be read. */
export async function readGovernance(project: Project, reading: Reading): Promise<Governance> {
  const governed = await readGoverned(project, reading);
  const { release } = governed;
  const ahead = await readNextDrop(governed.repository, release);
  const drop = release.current;
  const gateOf = (candidate: Candidate | null) => judged(project, governed, candidate);
  const [next, current, suggested, me] = await Promise.all([
    gateOf(ahead),
    gateOf(drop ? candidateOf(release, drop) : null),
    ahead && suggestion(project, governed),
    whoIsHere(project),
  ]);
  const trouble = { next: next.trouble, current: current.trouble };
  return { next: next.reading, current: current.reading, trouble, suggested, me };
}

async function judged(
  project: Project,
  governed: Governed,
  candidate: Candidate | null,
): Promise<{ reading: GateReading | null; trouble: string | null }> {
  if (!candidate) return { reading: null, trouble: null };
  try {
    return { reading: await readGate(project, governed, candidate, { sources: null }), trouble: null };
  } catch (error) {
    if (error instanceof HumanError) return { reading: null, trouble: error.message };
    throw error;
  }
}

// A pattern that suggests nothing is no reason to show nothing.
const suggestion = (project: Project, governed: Governed) =>
  suggestedTag(project, governed).catch((error: unknown) => {
    if (error instanceof HumanError) return null;
    throw error;
  });

const whoIsHere = (project: Project) =>
  project.author().then(
    (author) => mailOf(author),
    () => null,
  );
