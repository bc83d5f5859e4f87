import { dropReport, newerTagReport } from "../../app/drop/report.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { assumedWords, newerTagWords } from "../../domain/drop/dropWording.ts";
import type { Release } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { command } from "../call/command.ts";
import { LocalTime } from "../text/localTime.ts";
import { table, wrap } from "../text/table.ts";

export const dropList = command({
  name: "drop list",
  tellsNewerTags: true,
  history: "drop",
  summary: "the drops on the release branch, newest first",
  async run({ project }) {
    const opened = await project();
    const { release } = await opened.read();
    const { at, drop, dropMissing } = statusAt(release, opened.now());
    const { drops } = release;
    const time = new LocalTime(at);
    const newer = newerTagWords(release);
    return {
      json: {
        at: formatInstant(at),
        drops: drops.map((each) => listedReport(each, drop)),
        newerTags: release.newerTags.map(newerTagReport),
      },
      text: ({ paint, width }) =>
        [
          ...(newer === null ? [] : wrap(newer, width, "").map(paint.yellow)),
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
