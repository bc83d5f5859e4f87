import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall, mayInstall } from "../install/apt.ts";

const HELP =
  "The tests of the signals need Prometheus and Alertmanager: on Debian, apt-get install prometheus prometheus-alertmanager.";

/** The name of each program in Debian, and elsewhere. */
const PROGRAMS = {
  prometheus: ["prometheus"],
  alertmanager: ["prometheus-alertmanager", "alertmanager"],
};
const PACKAGES = { prometheus: "prometheus", alertmanager: "prometheus-alertmanager" };

export type MonitoringProgram = keyof typeof PROGRAMS;

/** The program's path; on Debian as root it is installed where it is missing, elsewhere the error says what to do. */
export async function monitoringProgram(program: MonitoringProgram): Promise<string> {
  const found = find(program);
  if (found) return found;
  if (!mayInstall()) throw new Error(HELP);
  await aptInstall(() => {
    const missing = (Object.keys(PACKAGES) as MonitoringProgram[]).filter((each) => !find(each));
    return missing.map((each) => PACKAGES[each]);
  }, HELP);
  const installed = find(program);
  if (!installed) throw new Error(HELP);
  return installed;
}

function find(program: MonitoringProgram): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return PROGRAMS[program].flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
