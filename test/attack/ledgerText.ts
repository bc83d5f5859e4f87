import type { Attacker } from "./attack.ts";

export const ledgerText: Attacker = { who: "ledgerText", attacks: [] };
