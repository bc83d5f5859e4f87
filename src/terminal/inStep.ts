import { bringUpToDate } from "../app/gate/bringUpToDate.ts";
import type { Project } from "../app/project.ts";

/**
 * Looks at what the team has before a question whose answer others may have changed a moment ago. Where that cannot be
 * reached, what is here counts, and that is said. Looking back asks nobody.
 */
export async function inStep(project: Project, tell: (line: string) => void): Promise<void> {
  for (const line of await bringUpToDate(project)) tell(line);
}
