import type { SignalView } from "../../app/watch/watchNews.ts";
import { writeDuration } from "../../domain/duration.ts";
import { markdownText, plainText } from "../../domain/plainText.ts";
import { breachText, numberText, type SignalState } from "../../domain/signal.ts";
import { sparkline } from "../../domain/sparkline.ts";
import type { ColorId } from "../ids.ts";
import { fullTime, shortTime } from "../time/localTime.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** How many numbers fit beside a name in a narrow sidebar. */
const SHOWN = 12;

const LOOKS: Record<SignalState, { icon: string; color: ColorId; words: string }> = {
  calm: { icon: "pass", color: "dropclock.met", words: "calm" },
  pending: { icon: "warning", color: "dropclock.warned", words: "pending" },
  breached: { icon: "error", color: "dropclock.breached", words: "breached" },
  noData: { icon: "question", color: "dropclock.idle", words: "no data" },
  error: { icon: "debug-disconnect", color: "dropclock.warned", words: "cannot be read" },
};

/** One signal while it is watched: its latest number, its threshold, how it came to it, since when. */
export class SignalRow extends Row {
  readonly #name: string;
  #scene: Scene;
  #view: SignalView;

  constructor(id: string, scene: Scene, view: SignalView) {
    super(id);
    this.#name = view.signal.name;
    this.#scene = scene;
    this.#view = view;
  }

  item() {
    const state = this.#state();
    return treeItem(this.id, {
      label: plainText(this.#name, 60),
      description: this.#description(),
      icon: LOOKS[state].icon,
      color: LOOKS[state].color,
      tooltip: { markdown: this.#tooltip() },
      spoken: this.#spoken(),
    });
  }

  override tick(scene: Scene): boolean {
    const before = this.#description();
    const views = scene.project.watch.view?.signals ?? [];
    this.#scene = scene;
    this.#view = views.find(({ signal }) => signal.name === this.#name) ?? this.#view;
    return before !== this.#description();
  }

  #state(): SignalState {
    return this.#view.found?.state ?? "noData";
  }

  #description(): string {
    const { signal, found, numbers } = this.#view;
    if (!found) return "being read …";
    const value = found.value === null ? "–" : numberText(found.value);
    const line = sparkline(numbers.slice(-SHOWN), signal.breach?.value ?? null);
    const since = `${LOOKS[found.state].words} since ${shortTime(found.since, this.#scene.now)}`;
    // What falls off at the edge of a narrow sidebar is the line.
    return [value, breachText(signal.breach), "·", since, line].filter(Boolean).join(" ");
  }

  #tooltip(): string {
    const { signal, found } = this.#view;
    const { source } = signal;
    const lines = [`**${markdownText(signal.name)}** — ${LOOKS[this.#state()].words}`];
    if (found) lines.push(`${markdownText(found.why)}`, `Read: ${fullTime(found.at)}`);
    if (found?.breachingSince != null) lines.push(`Breaching since: ${fullTime(found.breachingSince)}`);
    const asked = source.kind === "prometheus" ? source.query : source.matchers.join(", ");
    lines.push(`Reads: ${markdownText(asked, 400)} at ${markdownText(new URL(source.url).host, 100)}`);
    lines.push(
      `Every ${writeDuration(signal.every)}; breached when it holds for ${writeDuration(signal.for)}; then: ${signal.then}`,
    );
    return lines.join("\n\n");
  }

  #spoken(): string {
    const { signal, found } = this.#view;
    const value = found?.value == null ? "no number" : numberText(found.value);
    return `Signal ${plainText(signal.name, 60)}, ${LOOKS[this.#state()].words}, ${value}, threshold ${breachText(signal.breach)}`;
  }
}
