import { type RequestFacts, requestPage } from "../../documents/pages.ts";
import { itemWords, reasonWords, riskWords } from "../../domain/change/riskLevel.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { dropNamed, rangeOf } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { VERDICT_WORDS } from "../../domain/gate/checklist.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { type ChangedFile, changedFiles, readPatch } from "../../git/changes.ts";
import { readChecklist } from "../drop/dropChecks.ts";
import type { Project } from "../project/project.ts";
import { readinessWords } from "../project/readinessWords.ts";
import { aimWords, baseWords, councilWords, policyWords, voteWords } from "./gateWords.ts";
import type { GateReading } from "./readGate.ts";

const SHOWN_COMMITS = 100;
const SHOWN_FILES = 300;
const SHOWN_LINES = 1_500;
const SHOWN_ITEMS = 20;

/** The request for a drop on one page, as Markdown: diff, risk, council, gate, checklist, undo and drills. */
export const readRequest = async (project: Project, reading: GateReading): Promise<string> =>
  requestPage(await readRequestFacts(project, reading));

/** The same as facts, for whoever draws them. */
export async function readRequestFacts(project: Project, reading: GateReading): Promise<RequestFacts> {
  const { governed, candidate, base, commits, risk, approval, gate } = reading;
  const { repository, release } = governed;
  const drop = dropOf(project, reading);
  const range = rangeOf({ ...candidate, previous: base });
  const [files, patch, rows, undo] = await Promise.all([
    changedFiles(repository, range),
    readPatch(repository, range, SHOWN_LINES),
    readChecklist(project, release, drop),
    project.undo.of(release, drop),
  ]);
  const { drills } = statusAt(release, project.now());
  return {
    title: `Approval of ${candidate.tag === null ? "the next drop" : candidate.tag}`,
    facts: [
      [
        "Commit",
        `${candidate.commit}, ${counted(commits.length, "commit")}${base ? ` since ${base.tag}` : ""}`,
      ],
      ["Mostly by", approval.mainAuthor === null ? "nobody" : shownName(approval.mainAuthor)],
      ["Risk", riskWords(risk)],
      ["Undo", readinessWords(undo, commits.length)],
      ["Drills", drillWords(drills)],
      ...[baseWords(reading)].filter((words) => words !== null).map((words) => ["Since", words] as const),
      ...policyWords(governed).map((words) => ["Policy", words] as const),
    ],
    gate: {
      open: gate.open,
      verdict: `${gate.open ? "Open" : "Shut"}: ${aimWords(reading)}.`,
      reasons: gate.reasons.map(({ text }) => text),
    },
    risk: risk.reasons.map((reason) => ({
      reason: reasonWords(reason),
      level: reason.level,
      items: itemWords(reason, SHOWN_ITEMS),
    })),
    council: {
      standing: councilWords(approval),
      votes: voteWords(approval),
      disregarded: approval.disregarded.map(({ flaw }) => flaw ?? ""),
    },
    checklist: rows.map(({ title, verdict, why, fix }) => ({
      title,
      verdict: VERDICT_WORDS[verdict],
      why,
      fix: fix?.words ?? null,
    })),
    commits: commits
      .slice(0, SHOWN_COMMITS)
      .map(({ sha, author, subject }) => ({ sha, author: author.name, subject })),
    moreCommits: Math.max(0, commits.length - SHOWN_COMMITS),
    files: files.slice(0, SHOWN_FILES).map(fileWords),
    patch: { ...patch, command: `git diff ${range.from ?? "--root"} ${range.to}` },
  };
}

/** A drop that has no tag yet, as the checklist and the undo look at one: what it would be if it shipped now. */
function dropOf(project: Project, { candidate, governed }: GateReading): Drop {
  const known = dropNamed(governed.release, candidate.tag);
  if (known) return known;
  const { commit, previous } = candidate;
  const tag = candidate.tag ?? "the next drop";
  return {
    tag,
    names: [tag],
    commit,
    shippedAt: project.now(),
    shippedAssumed: false,
    previous: previous?.tag ?? null,
    branch: governed.release.branch.name,
    moved: null,
    deleted: false,
  };
}

function drillWords({
  last,
  dueAt,
  overdue,
}: {
  last: number | null;
  dueAt: number | null;
  overdue: boolean;
}): string {
  const before = last === null ? "none on record" : `the last one ${formatInstant(last)}`;
  if (dueAt === null) return before;
  return `${before}; ${overdue ? "overdue since" : "the next is due"} ${formatInstant(dueAt)}`;
}

const fileWords = ({ path, status, additions, deletions }: ChangedFile) => ({
  path: plainText(path, 300),
  status,
  change: additions === null ? "binary" : `+${additions} −${deletions}`,
});
