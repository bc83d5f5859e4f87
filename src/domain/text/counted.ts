/** `1 commit`, `2 commits`; `1 entry`, `2 entries`. @param nouns Left out: with an `s`. */
export const counted = (n: number, noun: string, nouns = `${noun}s`) => `${n} ${n === 1 ? noun : nouns}`;

/** `35 %`. @param share Of 1. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;
