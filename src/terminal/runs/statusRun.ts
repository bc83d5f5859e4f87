import { readDropRisks } from "../../app/dropRisks.ts";
import { statusReport } from "../../app/report.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { breachedClocks, statusAt } from "../../domain/status.ts";
import { isUnread } from "../../git/anchor.ts";
import type { Answer, Call } from "../command.ts";
import { policyComplaints } from "../complaints.ts";
import { EXIT } from "../exitStatus.ts";
import { notePosted } from "../notePosted.ts";
import { statusText } from "../text/statusText.ts";

export async function runStatus({ project }: Call): Promise<Answer> {
  const opened = await project();
  const first = await opened.read();
  const posted = await notePosted(opened, first);
  const reading = posted.noted > 0 ? await opened.read() : first;
  const now = statusAt(reading.release, opened.now());
  const [risks, undo] = await Promise.all([
    readDropRisks(opened, reading),
    now.drop && opened.undo.of(reading.release, now.drop),
  ]);
  const breached = breachedClocks(now.open).length > 0;
  const answer = breached ? EXIT.no : isBroken(now.policy) ? EXIT.wrong : EXIT.fine;
  return {
    json: statusReport(now, reading, { risks, undo }),
    text: (page) => statusText(now, { ...reading, risks, undo }, page),
    complaints: [...policyComplaints(now.policy), ...posted.complaints],
    // Without its branch no drop is known; the clocks go on all the same.
    exit: isUnread(reading.anchor) ? EXIT.failed : answer,
  };
}
