import type { Drop } from "../../domain/drop.ts";
import { formatInstant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import { statusAt } from "../../domain/status.ts";
import { command } from "../command.ts";
import { LocalTime } from "../text/localTime.ts";
import { table } from "../text/table.ts";

export const dropList = command({
  name: "drop list",
  summary: "the drops on the release branch, newest first",
  async run({ project }) {
    const opened = await project();
    const { release } = await opened.read();
    const { at, drop, dropMissing } = statusAt(release, opened.now());
    const { drops } = release;
    const time = new LocalTime(at);
    return {
      json: { at: formatInstant(at), drops: drops.map((each) => dropReport(each, drop)) },
      text: () => table(drops.map((each) => dropRow(each, drop, time))).join("\n") || `None. ${dropMissing}`,
    };
  },
});

export const dropReport = (drop: Drop, current: Drop | null) => ({
  tag: drop.tag,
  commit: drop.commit,
  shippedAt: formatInstant(drop.shippedAt),
  previous: drop.previous,
  moved: drop.moved,
  current: drop === current,
});

const dropRow = (drop: Drop, current: Drop | null, time: LocalTime) => [
  plainText(drop.tag, 100),
  time.time(drop.shippedAt),
  plainText(drop.commit.slice(0, 10)),
  [drop === current ? "current" : "", drop.moved ? "moved" : ""].filter(Boolean).join(", "),
];
