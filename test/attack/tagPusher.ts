import type { Attacker } from "./attack.ts";

export const tagPusher: Attacker = { who: "tagPusher", attacks: [] };
