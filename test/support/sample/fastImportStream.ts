import type { Author, SampleCommit, SampleDrop } from "./sampleCommits.ts";
import { later, shippedAt } from "./sampleTimes.ts";

const people: Record<Author, string> = {
  ana: "Ana Silva <ana@example.com>",
  bo: "Bo Lindqvist <bo@example.com>",
  cy: "Cy Okafor <cy@example.com>",
};

/** The whole history as git fast-import reads it: one process instead of one for each commit and tag. */
export function fastImportStream(drops: SampleDrop[], now: Date): string {
  const parts: string[] = [];
  drops.forEach((drop, index) => {
    const shipped = shippedAt(index + 1, now);
    for (const commit of drop.commits)
      parts.push(commitCommand(commit, later(shipped, { hours: -commit.hoursBefore })));
    parts.push(
      `tag ${drop.tag}\nfrom refs/heads/main\ntagger ${person("ana", shipped)}\n${data(drop.message)}`,
    );
  });
  return parts.join("");
}

function commitCommand({ author, message, files }: SampleCommit, at: Date): string {
  const changes = Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`);
  const who = person(author, at);
  return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}${changes.join("")}\n`;
}

function person(author: Author, at: Date): string {
  return `${people[author]} ${Math.floor(at.getTime() / 1000)} +0000`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
