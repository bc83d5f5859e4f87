/** What an attacker is after. */
type Aim =
  | "open the gate"
  | "promote too early"
  | "start a command"
  | "get a secret"
  | "take an entry away"
  | "write or read elsewhere"
  | "speak to the terminal or the run"
  | "stop the answer"
  | "(control)";

/** One way in, as a row of the table. */
export interface Attack {
  wayIn: string;
  wants: Aim;
  /**
   * Tries it on real repositories.
   * @returns What shows that it went through, or null where it was held.
   * @throws Where the trial itself went wrong, which is never "held".
   */
  attempt: () => Promise<string | null>;
}

/** All ways in of one kind of attacker. */
export interface Attacker {
  who: string;
  attacks: readonly Attack[];
}

export interface Outcome {
  who: string;
  wayIn: string;
  wants: Aim;
  outcome: "held" | "OPEN" | "FAILED" | "works";
  /** What shows it, where it is not held. */
  evidence: string;
}

/**
 * An honest way that has to work, so that nothing is held only because everything fails.
 * @param attempt Gives what is wrong, or null.
 */
export function control(wayIn: string, attempt: Attack["attempt"]): Attack {
  return { wayIn, wants: "(control)", attempt };
}

/** @param seconds How long one attack may take before the answer counts as stopped. */
export async function tryAttack(who: string, attack: Attack, seconds = 120): Promise<Outcome> {
  const { wayIn, wants } = attack;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    const evidence = await Promise.race([attack.attempt(), late]);
    if (evidence !== null) return { who, wayIn, wants, outcome: "OPEN", evidence };
    return { who, wayIn, wants, outcome: wants === "(control)" ? "works" : "held", evidence: "" };
  } catch (error) {
    return { who, wayIn, wants, outcome: "FAILED", evidence: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

/** The table that a person reads, with the evidence of each row that is not held below it. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const header = { who: "who", wayIn: "way in", wants: "what they want", outcome: "outcome" };
  const columns = ["who", "wayIn", "wants", "outcome"] as const;
  const widths = columns.map((column) =>
    Math.max(...[header, ...outcomes].map((row) => [...row[column]].length)),
  );
  const line = (row: Record<(typeof columns)[number], string>) =>
    columns
      .map((column, i) => row[column].padEnd(widths[i]!))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const details = outcomes
    .filter(({ evidence }) => evidence !== "")
    .map(
      ({ outcome, wayIn, evidence }) => `${outcome}: ${wayIn}\n  ${JSON.stringify(evidence.slice(0, 900))}`,
    );
  return [line(header), rule, ...outcomes.map(line), ...(details.length > 0 ? ["", ...details] : [])].join(
    "\n",
  );
}
