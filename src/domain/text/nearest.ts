const LONGEST = 60;

/**
 * The candidate that a person most likely meant, or null when none is near. Case, hyphens and underscores count for
 * nothing (`time_zone` is `timeZone`); else up to a third of the letters, and at most `most`, may be wrong, missing,
 * added or swapped.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most = Number.POSITIVE_INFINITY,
): string | null {
  if (word.length > LONGEST) return null;
  const wanted = fold(word);
  if (wanted === "") return null;
  let best: string | null = null;
  let least = Math.min(most, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate), least);
    if (distance < least && distance < wanted.length) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

const fold = (text: string) => text.toLowerCase().replace(/[-_ ]/g, "");

/** Edits between two words, a swap of neighbours counting as one. Once it cannot be under `limit`, it is `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return Math.min(limit, last[b.length]!);
}
