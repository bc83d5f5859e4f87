import type { Project } from "../../app/project.ts";
import { HumanError } from "../../domain/humanError.ts";
import type { Call } from "../command.ts";

/**
 * The project, for a word or a move that others are bound by. Those happen when they happen: a clock from outside could
 * skip a soak, or date a vote after all that is yet to be said.
 * @throws {HumanError} where a clock was given.
 */
export async function actingNow({ project }: Pick<Call, "project">, name: string): Promise<Project> {
  const opened = await project();
  if (opened.lookBackTo === null) return opened;
  throw new HumanError("usage", `${name} happens right now; leave out --at.`);
}
