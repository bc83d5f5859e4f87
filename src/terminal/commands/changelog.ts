import type { EditedChangelog } from "../../documents/changelog/changelogEdit.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { numberOfDrops } from "../call/arguments.ts";
import { command } from "../call/command.ts";

export const changelog = command({
  name: "changelog",
  services: "all",
  history: "whole",
  args: "[TAG]",
  summary: "prints the changelog with an entry for every drop, or the entry of one drop",
  options: {
    write: { help: "writes it to documents.changelog" },
    last: { value: "N", help: "adds entries for the newest N drops only, and says what is left out" },
  },
  details: [
    "Entries come from Conventional Commits, also those on merges, and from the titles of pull requests. What was",
    "reverted is said to be so, and not announced as new. What is left out and how it looks: `changelog` in the policy.",
    "Only what stands between markers of Dropclock's own is ever replaced, and only while nobody has changed it.",
    "With TAG its entry alone is printed, for a release's notes; nothing is written then.",
  ],
  async run({ args: [tag], values, project, now }) {
    const { draftChangelog, draftDropNotes, writeChangelog } = await import("../../app/drop/changelog.ts");
    const last = values.last === undefined ? undefined : numberOfDrops(values.last);
    const opened = await project();
    const { readEach } = await import("../../app/project/serviceReading.ts");
    if (tag !== undefined) {
      const text = await draftDropNotes(opened, tag);
      return { json: { at: formatInstant(now()), tag, text }, text: () => text };
    }
    let each = await readEach(opened);
    // By a part of the record an entry would announce what was rolled back.
    if (values.write && each.some(({ reading }) => reading.standing.partial)) {
      const { fetchRecord } = await import("../../app/project/fetchFirst.ts");
      await fetchRecord(opened);
      each = await readEach(opened);
    }
    const all = [];
    for (const { service, project: own, reading } of each) {
      // A service that has shipped nothing yet has nothing to tell.
      if (service !== null && reading.release.drops.length === 0) continue;
      const draft = await draftChangelog(own, { last });
      if (values.write) await writeChangelog(own, draft);
      all.push({ service, draft, written: values.write && draft.changed });
    }
    const texts = all.map(({ draft }) =>
      values.write ? `${draft.path}: ${writtenWords(draft)}` : draft.text.replace(/\n$/, ""),
    );
    const reports = all.map(({ service, draft, written }) => {
      const { path, text, changed, sections, notes } = draft;
      return { ...(service === null ? {} : { service }), path, changed, written, sections, notes, text };
    });
    return {
      json: {
        at: formatInstant(now()),
        ...(reports.length === 1 && all[0]!.service === null ? reports[0] : { services: reports }),
      },
      text: () => texts.join(values.write ? "\n" : "\n\n"),
      complaints: all.flatMap(({ draft }) => draft.notes),
    };
  },
});

function writtenWords({ changed, sections }: EditedChangelog): string {
  if (!changed) return "up to date";
  const named = (state: string) =>
    sections.filter((each) => each.state === state).map(({ tag }) => plainText(tag, 60));
  const parts = [
    ["added", named("new")],
    ["refreshed", named("refreshed")],
  ] as const;
  const words = parts.flatMap(([word, tags]) => (tags.length > 0 ? [`${word} ${tags.join(", ")}`] : []));
  return words.join("; ") || "brought up to date";
}
