import type { Project, Reading } from "../../app/project/project.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import { command, EXIT } from "../call/command.ts";
import { notePosted, restoredComplaints, rewoundComplaints } from "../call/complaints.ts";

export const sync = command({
  name: "sync",
  handsOver: true,
  ledger: "optional",
  summary: "brings the ledger into step with the team's: fetch, union, push",
  details: [
    "The remote is the one that the clone goes by: git's dropclock.remote, else origin. Only the ledger is sent, never by force; nothing else is touched.",
    "Exit status 3 when the remote could not be reached; what is on record here stays.",
  ],
  async run({ project }) {
    const opened = await project();
    const { restored, ...result } = await opened.restoreAndSync();
    const { ledger, standing, posted, anchor } = await readAndNote(opened);
    const unreachable = result.state === "unreachable";
    return {
      json: { ...result, ...(restored > 0 ? { restored } : {}), head: ledger.head },
      text: () => syncText(result, { remote: standing.remote, anchor }, ledger.log.size),
      complaints: [
        ...rewoundComplaints(result.state, result.rewound),
        ...restoredComplaints(restored),
        ...posted.complaints,
      ],
      exit: unreachable ? EXIT.failed : EXIT.fine,
    };
  },
});

/** A fetch may have brought a post-mortem to the release branch. */
async function readAndNote(opened: Project) {
  const reading = await opened.read();
  const posted = await notePosted(opened, reading);
  return { ...(posted.noted > 0 ? await opened.read() : reading), posted };
}

function syncText(
  { state, reason, fetched, pushed, united }: SyncResult,
  { remote, anchor }: { remote: string | null; anchor: Reading["anchor"] },
  held: number,
) {
  const name = plainText(remote ?? "", 60);
  if (state === "none") return `Not shared: ${whyNot(anchor)}`;
  if (state === "unreachable")
    return `Unreachable: ${plainText(reason ?? "", 200)}. What is on record here stays.`;
  const moved = [fetched > 0 && `${fetched} fetched`, pushed > 0 && `${pushed} pushed`].filter(Boolean);
  const done = moved.length > 0 ? `: ${moved.join(", ")}${united ? ", united" : ""}` : "; nothing was new";
  return `In step with ${name}${done} (${counted(held, "event")} in all)`;
}

function whyNot(anchor: Reading["anchor"]): string {
  if (!anchor) return "git is not asked here.";
  if (anchor.remote === null)
    return "missing" in anchor && anchor.code === "remote"
      ? anchor.missing
      : "there is no remote; add one with: git remote add origin URL";
  return "missing" in anchor ? anchor.missing : "the policy sets ledger.remote to null.";
}
