import type { Attacker } from "./attack.ts";

export const pullRequest: Attacker = { who: "pullRequest", attacks: [] };
