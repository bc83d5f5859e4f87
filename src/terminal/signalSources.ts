import type { SourceOpener } from "../app/gate/signalStandings.ts";
import type { Project } from "../app/project/project.ts";
import { httpSources } from "../app/watch/sources.ts";
import { proxiedFetch } from "../signals/proxiedFetch.ts";
import { environmentSecrets } from "../signals/secrets.ts";

/** The sources of signals for the command line: over HTTP, with secrets from the environment. */
export const signalSources = (
  project: Pick<Project, "policy">,
  environment: NodeJS.ProcessEnv,
): SourceOpener => httpSources(project, environmentSecrets(environment), proxiedFetch(environment));
