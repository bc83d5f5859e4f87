import type { Scores } from "../../app/drop/scorecards.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { CLOCK_NAMES } from "../../domain/policy/terms.ts";
import {
  type Adoption,
  type DropScore,
  type Scorecard,
  scorecardOver,
  type Verdict,
} from "../../domain/record/scorecard.ts";
import { doraWords, drillWords, overrideWords, remarkWords } from "../../domain/record/scorecardWords.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { table, wrap } from "./table.ts";

const INDENT = "  ";

/** The scorecard for people: a table of drops and pillars, and what follows from it. */
export function scorecardText({ scorecard, adoption }: Scores, page: Page): string {
  const time = new LocalTime(scorecard.at);
  const { drops, drills } = scorecard;
  return [
    page.paint.bold(
      drops.length === 0
        ? "No drop yet"
        : `The last ${drops.length === 1 ? "drop" : `${drops.length} drops`}`,
    ),
    ...table(
      [heading(page), ...drops.map((score) => dropRow(score, time, page)), ...totals(scorecard, page)],
      INDENT,
    ),
    "",
    ...doraWords(scorecard.dora).flatMap((line) => wrap(line, page.width, "")),
    `Drills since then: ${drillWords(drills)}`,
    ...scorecard.drops
      .flatMap(overrideWords)
      .flatMap((line) => wrap(line, page.width, "").map(page.paint.yellow)),
    "",
    ...adoptionLines(adoption, time, page),
  ].join("\n");
}

/** Each service by itself, then what follows from all of them. */
export function servicesScorecardText(
  each: readonly { service: string; scores: Scores }[],
  at: Instant,
  page: Page,
): string {
  const whole = scorecardOver(
    each.map(({ scores }) => scores.scorecard),
    at,
  );
  const own = each.map(
    ({ service, scores }) => `${page.paint.bold(plainText(service, 60))}\n${scorecardText(scores, page)}`,
  );
  const over = [
    page.paint.bold("Over all services"),
    ...table([heading(page), ...totals(whole, page)], INDENT),
    ...doraWords(whole.dora).flatMap((line) => wrap(line, page.width, "")),
    `Drills since then: ${drillWords(whole.drills)}`,
  ];
  return [...own, over.join("\n")].join("\n\n");
}

const heading = ({ paint }: Page) => ["", "", ...CLOCK_NAMES, ""].map(paint.dim);

function dropRow(score: DropScore, time: LocalTime, page: Page): string[] {
  const { drop, pillars } = score;
  return [
    plainText(drop.tag, 40),
    `${time.time(drop.shippedAt)}${assumedWords(drop)}`,
    ...CLOCK_NAMES.map((name) => verdict(pillars[name], page)),
    remarkWords(score).join(", "),
  ];
}

function verdict(word: Verdict, { paint }: Page): string {
  return { met: paint.green, missed: paint.red, "no data": paint.dim }[word](word);
}

function totals({ pillars, drops }: Scorecard, { paint }: Page): string[][] {
  if (drops.length === 0) return [];
  const row = (name: string, of: (clock: (typeof CLOCK_NAMES)[number]) => string) => [
    paint.dim(name),
    "",
    ...CLOCK_NAMES.map(of),
    "",
  ];
  return [
    row("met", (name) => `${pillars[name].met} of ${pillars[name].met + pillars[name].missed}`),
    row("median", (name) => (pillars[name].medianMs === null ? "–" : exactly(pillars[name].medianMs))),
    row("streak", (name) => String(pillars[name].streak)),
  ];
}

function adoptionLines({ landedAt, wanted, drops }: Adoption, time: LocalTime, page: Page): string[] {
  if (landedAt === null)
    return wrap(
      "Adoption: the policy is not on the release branch yet; commit it, and the next drops are tracked.",
      page.width,
      "",
    );
  const title = `Adoption: ${drops.length} of ${wanted} drops since the policy landed ${time.time(landedAt)}`;
  return [
    page.paint.bold(title),
    ...table(
      drops.map((score) => dropRow(score, time, page)),
      INDENT,
    ),
  ];
}
