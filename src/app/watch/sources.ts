import type { Signal } from "../../domain/policy/policy.ts";
import { FetchHttp } from "../../signals/http.ts";
import type { Secrets } from "../../signals/secrets.ts";
import { openSource, type SignalSource } from "../../signals/signalSource.ts";
import type { Project } from "../project/project.ts";
import { secretsInForce } from "../updates/secretsInForce.ts";

/** Opens the sources of signals over HTTP, with the secrets that the policy in force names. */
export function httpSources(
  project: Pick<Project, "policy">,
  secrets: Secrets,
  fetchBy: typeof fetch = fetch,
): (source: Signal["source"]) => SignalSource {
  const http = new FetchHttp({ fetch: fetchBy, secrets: secretsInForce(project, secrets) });
  return (source) => openSource(source, http);
}
