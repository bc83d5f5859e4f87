import type { Attacker } from "./attack.ts";

export const ledgerPusher: Attacker = { who: "ledgerPusher", attacks: [] };
