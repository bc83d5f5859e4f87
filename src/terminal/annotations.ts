import { createHash, randomUUID } from "node:crypto";
import type { GateReason } from "../domain/gateReason.ts";
import { POLICY_PATH } from "../domain/policy/policy.ts";
import { inertText } from "./call/output.ts";

/** Lines that GitHub turns into annotations of the run. */
export const githubLines = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => `::error title=Dropclock gate (${code})::${escaped(text)}`);

/** Between these two lines GitHub reads nothing as a command. */
export function githubQuiet(): { before: string; after: string } {
  const token = randomUUID();
  return { before: `::stop-commands::${token}`, after: `::${token}::` };
}

/** The same for what is said beside the verdict. */
export const githubNotices = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => `::notice title=Dropclock gate (${code})::${escaped(text)}`);

const escaped = (text: string) =>
  inertText(text, false).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** Lines of GitLab's job log: a section that can be folded, its reasons in red. */
export function gitlabLines(reasons: readonly GateReason[], now: number): string[] {
  if (reasons.length === 0) return [];
  const seconds = Math.floor(now / 1000);
  const begin = `\u001b[0Ksection_start:${seconds}:dropclock_gate\r\u001b[0KThe gate is shut`;
  const end = `\u001b[0Ksection_end:${seconds}:dropclock_gate\r\u001b[0K`;
  return [begin, ...reasons.map(({ text }) => `\u001b[31;1m${inertText(text, false)}\u001b[0m`), end];
}

/** A Code Quality report, which GitLab shows at the merge request (`artifacts: reports: codequality`). */
export const codeQuality = (reasons: readonly GateReason[]) =>
  reasons.map(({ code, text }) => ({
    description: text,
    check_name: `dropclock-gate-${code}`,
    fingerprint: createHash("sha256").update(`${code} ${text}`).digest("hex"),
    severity: "blocker",
    location: { path: POLICY_PATH, lines: { begin: 1 } },
  }));
