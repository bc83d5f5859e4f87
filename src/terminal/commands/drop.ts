import { dropReport, unheldReport } from "../../app/drop/report.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { assumedWords, unheldWords } from "../../domain/drop/dropWording.ts";
import type { Release } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command } from "../call/command.ts";
import { LocalTime } from "../text/localTime.ts";
import { table, wrap } from "../text/table.ts";

export const dropList = command({
  name: "drop list",
  tellsUnheld: true,
  history: "drop",
  summary: "the drops on the release branch, newest first",
  async run({ project }) {
    const opened = await project();
    const { release } = await opened.read();
    const { at, drop, dropMissing } = statusAt(release, opened.now());
    const { drops } = release;
    const time = new LocalTime(at);
    const unheld = unheldWords(release);
    return {
      json: {
        at: formatInstant(at),
        drops: drops.map((each) => listedReport(each, drop)),
        newerTags: release.newerTags.map(unheldReport),
        lostDrops: release.lostDrops.map(unheldReport),
      },
      text: ({ paint, width }) =>
        [
          ...unheld.flatMap((words) => wrap(words, width, "").map(paint.yellow)),
          ...(drops.length === 0
            ? [`None. ${dropMissing}`]
            : table(drops.map((each) => dropRow(each, release, time)))),
        ].join("\n"),
    };
  },
});

export const listedReport = (drop: Drop, current: Drop | null) => ({
  ...dropReport(drop),
  current: drop === current,
});

const dropRow = (drop: Drop, { current, branches }: Release, time: LocalTime) => [
  plainText(drop.tag, 100),
  `${time.time(drop.shippedAt)}${assumedWords(drop)}`,
  plainText(drop.commit.slice(0, 10)),
  ...(branches.length > 1 ? [plainText(drop.branch ?? "", 60)] : []),
  [drop === current ? "current" : "", drop.moved ? "moved" : "", drop.deleted ? "tag deleted" : ""]
    .filter(Boolean)
    .join(", "),
];

export const dropShow = command({
  name: "drop show",
  history: "drop",
  args: "[TAG]",
  summary: "a drop (the current one) with its risk, its commits and its files",
  run: async (call) => (await import("./dropShowRun.ts")).runDropShow(call),
});

export const SHIP_OPTIONS = {
  push: { help: "pushes the tag to the policy's remote" },
  yes: { help: "says yes to everything: the suggested name where TAG is left out, and the push" },
} as const;

export const dropShip = command({
  name: "drop ship",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "[TAG]",
  summary: "tags the next drop once its gate is open, and records it as shipped: its watch window opens",
  options: SHIP_OPTIONS,
  details: [
    "Exit status 1, and nothing done, while the gate is shut.",
    "A tag that was made elsewhere is recognised.",
  ],
  run: async (call) => (await import("./dropRuns.ts")).runShip(call),
});

export const dropRetract = command({
  name: "drop retract",
  args: "TAG",
  summary: "retracts the record that a drop shipped, so that one whose tag was deleted is none any more",
  options: { why: { value: "W", required: true, help: "the reason, for the record" } },
  async run({ args: [tag = ""], values, project }) {
    const { retractShipped } = await import("../../app/gate/shipDrop.ts");
    const event = await retractShipped(await project(), tag, values.why);
    return {
      json: { tag, event: event.id },
      text: () => `Retracted that ${plainText(tag, 80)} shipped.`,
    };
  },
});

export const STAGE_OPTIONS = {
  drop: { value: "TAG", help: "another drop than the current one" },
  why: { value: "W", help: "the reason, for the record" },
} as const;

export const dropPromote = command({
  name: "drop promote",
  ledger: "own",
  history: "whole",
  at: "refused",
  args: "STAGE",
  summary:
    "exposes the current drop to the next stage, once it has soaked, signals are calm and the gate is open",
  options: STAGE_OPTIONS,
  details: ["Exit status 1, and nothing done, while anything stands in the way."],
  run: async (call) => (await import("./dropRuns.ts")).runPromote(call),
});

export const dropDemote = command({
  name: "drop demote",
  ledger: "own",
  history: "drop",
  at: "refused",
  args: "[STAGE]",
  summary: "takes exposure back, to the stage before or an earlier one; nothing stands in the way of that",
  options: STAGE_OPTIONS,
  run: async (call) => (await import("./dropRuns.ts")).runDemote(call),
});
