import type { Attacker } from "./attack.ts";

export const ledgerHistory: Attacker = { who: "ledgerHistory", attacks: [] };
