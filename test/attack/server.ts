import type { Attacker } from "./attack.ts";

export const server: Attacker = { who: "server", attacks: [] };
