import { sampleCommand } from "./sampleCommand.ts";
import { later, shippedAt } from "./sampleTimes.ts";

const CLOSED_TITLE = "Slow checkout";

type Moments = Record<string, { hours?: number; minutes?: number }>;

/** The id that the closed incident gets: the day on which it was detected, and its title. */
export function closedIncidentId(now: Date): string {
  const detected = later(shippedAt(3, now), { minutes: 50 });
  return `${detected.toISOString().slice(0, 10)}-${CLOSED_TITLE.toLowerCase().replaceAll(" ", "-")}`;
}

/** Declares a closed incident on drop-3 and an open one on drop-5, by the command line as a person would. */
export async function declareSampleIncidents(dir: string, now: Date): Promise<void> {
  const incident = (entered: Date | null, ...args: string[]) =>
    sampleCommand(dir, ["incident", ...args], entered);
  const declare = async (title: string, severity: string, drop: number, moments: Moments) => {
    const shipped = shippedAt(drop, now);
    const at = (moment: Moments[string] | undefined) => later(shipped, moment ?? {});
    const { started, detected, ...marks } = moments;
    const about = ["--title", title, "--severity", severity, "--drop", `drop-${drop}`];
    const begin = ["--started", at(started).toISOString(), "--detected", at(detected).toISOString()];
    // Entered a minute after it happened, by a clock that is given; else all of it would be marked as back-dated.
    const entered = (moment: Moments[string] | undefined) => later(at(moment), { minutes: 1 });
    const id = await incident(entered(detected), "open", ...about, ...begin);
    for (const [milestone, moment] of Object.entries(marks)) {
      await incident(entered(moment), "mark", id, milestone, "--at-time", at(moment).toISOString());
    }
  };

  await declare(CLOSED_TITLE, "major", 3, {
    started: { minutes: 20 },
    detected: { minutes: 50 },
    acknowledged: { minutes: 55 },
    // An hour past the target of eight: the scorecard has something to tell.
    mitigated: { hours: 9, minutes: 50 },
    updated: { hours: 10, minutes: 15 },
    resolved: { hours: 12 },
    postmortem: { hours: 48 },
  });
  // The open one as people enter it at the time: a moment late, by the machine's own clock.
  const ago = (minutes: number) => later(now, { minutes: -minutes }).toISOString();
  const title = "Checkout 500 for carts without a discount";
  const id = await incident(null, "open", "--title", title, "--severity", "critical", "--detected", ago(3));
  await incident(null, "mark", id, "acknowledged", "--at-time", ago(2));
}
