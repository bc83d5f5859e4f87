import type { SourceOpener } from "../app/gate/signalStandings.ts";
import { httpSources } from "../app/watch/sources.ts";
import { proxiedFetch } from "../signals/proxiedFetch.ts";
import { environmentSecrets } from "../signals/secrets.ts";

/** The sources of signals for the command line: over HTTP, with secrets from the environment. */
export const signalSources = (environment: NodeJS.ProcessEnv): SourceOpener =>
  httpSources(environmentSecrets(environment), proxiedFetch(environment));
