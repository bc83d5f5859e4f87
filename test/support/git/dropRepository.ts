import { TemporaryRepository } from "./temporaryRepository.ts";

/** A repository with two drops: drop-1 on Monday 16 November 2026 at 09:00 UTC, drop-2 a week later. */
export function dropRepository(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  dropAt(repository, "drop-1", "2026-11-16T09:00:00Z");
  dropAt(repository, "drop-2", "2026-11-23T09:00:00Z");
  return repository;
}

/** One more drop, of one commit. */
export function dropAt(repository: TemporaryRepository, tag: string, instant: string): void {
  const at = Date.parse(instant);
  repository.commit({ "src/app.txt": `${tag}\n` }, { at, message: `feat: ${tag}` });
  repository.tag(tag, { at, annotated: true });
}
