import { readDropRisks } from "../../app/dropRisks.ts";
import { statusReport } from "../../app/report.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { breachedClocks, statusAt } from "../../domain/status.ts";
import { isUnread } from "../../git/anchor.ts";
import { command } from "../command.ts";
import { EXIT } from "../exitStatus.ts";
import { notePosted } from "../notePosted.ts";
import { statusText } from "../text/statusText.ts";

export const status = command({
  name: "status",
  tellsNewerTags: true,
  summary: "the policy, the current drop, open incidents with their clocks, drills due",
  details: ["Exit status 1 while any clock is breached."],
  async run({ project }) {
    const opened = await project();
    const first = await opened.read();
    const posted = await notePosted(opened, first);
    const reading = posted.noted > 0 ? await opened.read() : first;
    const now = statusAt(reading.release, opened.now());
    const risks = await readDropRisks(opened, reading);
    const undo = now.drop && (await opened.undo.of(reading.release, now.drop));
    const breached = breachedClocks(now.open).length > 0;
    const answer = breached ? EXIT.no : isBroken(now.policy) ? EXIT.wrong : EXIT.fine;
    return {
      json: statusReport(now, reading, { risks, undo }),
      text: (page) => statusText(now, { ...reading, risks, undo }, page),
      complaints: posted.complaints,
      // Without its branch no drop is known; the clocks go on all the same.
      exit: isUnread(reading.anchor) ? EXIT.failed : answer,
    };
  },
});
