import type { Project } from "../../app/project/project.ts";
import { handOver } from "../../app/updates/handOver.ts";
import { countdownName } from "../../domain/incident/clock.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { proxiedFetch } from "../../signals/proxy.ts";
import { environmentSecrets } from "../../signals/secrets.ts";

/** Tells pagers and chats what they are not told yet. Gives a line for each that was told, or could not be. */
export async function handOverNow(project: Project, environment: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const options = { fetch: proxiedFetch(environment), secrets: environmentSecrets(environment) };
    const told = await handOver(project, options);
    return told.map(({ moment: { on, clock, incident, drop }, handover, failed }) => {
      const about = plainText(incident?.id ?? drop ?? "", 120);
      const what = `handover ${handover} (${on}${clock === null ? "" : ` ${countdownName(clock)}`}, ${about})`;
      return failed === null
        ? `${what}: sent`
        : `${what} was not sent: ${failed} The next dropclock sync tries again.`;
    });
  } catch (error) {
    // What was done is done; that nobody could be told of it is no failure of it.
    if (!(error instanceof HumanError)) throw error;
    return [`Nobody was told by handover: ${error.message}`];
  }
}
