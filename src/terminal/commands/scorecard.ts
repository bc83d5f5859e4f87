import { writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { EXPORT_FORMATS, type ExportFormat } from "../../documents/pageMessages.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { choose, numberOfDrops } from "../call/arguments.ts";
import { command } from "../call/command.ts";

const FORMATS = ["text", ...EXPORT_FORMATS] as const;

export const scorecard = command({
  name: "scorecard",
  ledger: "fetched",
  history: "whole",
  summary:
    "targets met per drop and pillar, medians, streaks, drills, overrides, and DORA's measures of stability",
  options: {
    last: { value: "N", help: "how many of the newest drops; default: the policy's drops.adoption" },
    format: { value: "F", help: `${FORMATS.join(", ")}; default: text` },
    out: { value: "FILE", help: "writes it there; the format follows from the ending where none is given" },
  },
  details: [
    "No data is not met: nobody has found anything out, or it is not decided yet. Tests and drills never count; of the rounds of an incident the worst one does.",
    "A drop failed when it caused an incident or was taken back. Recovery is from the first impact until all is mitigated.",
  ],
  async run({ values, project, directory }) {
    const format = formatOf(values.format, values.out);
    const last = values.last === undefined ? undefined : numberOfDrops(values.last);
    const { readScores, scorecardFile, scorecardReport } = await import("../../app/drop/scorecards.ts");
    const { scorecardText } = await import("../text/scorecardText.ts");
    const opened = await project();
    const reading = await opened.read();
    const scores = await readScores(opened, reading, last);
    const json = scorecardReport(scores);
    if (format === null) return { json, text: (page) => scorecardText(scores, page) };
    const { service } = reading.release.policy.policy;
    const file = scorecardFile(format, scores, service);
    if (values.out === undefined) return { json, text: () => file.trimEnd() };
    const path = resolve(directory, values.out);
    await writeFile(path, file).catch((error: NodeJS.ErrnoException) => {
      throw new HumanError(
        "usage",
        `${plainText(values.out!)} cannot be written (${error.code}); name another file.`,
      );
    });
    return { json, text: () => `${plainText(values.out!)} written` };
  },
});

/** By the name of the file, where nothing else is said. */
function formatOf(word: string | undefined, out: string | undefined): ExportFormat | null {
  const ending = out === undefined ? undefined : extname(out).slice(1).toLowerCase();
  const wanted = word ?? (ending === "md" ? "markdown" : ending);
  if (wanted === undefined) return null;
  const format = choose("format", wanted, FORMATS);
  if (format !== "text") return format;
  if (out === undefined) return null;
  throw new HumanError(
    "usage",
    "A file takes one of the formats svg, csv, json and markdown; text is for the screen.",
  );
}
