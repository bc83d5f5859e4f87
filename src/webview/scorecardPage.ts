import type { ExportFormat } from "../documents/pageMessages.ts";
import { pointWords, TREND_SIZE, trendShapes, VERDICT_SIGNS } from "../documents/scorecardPicture.ts";
import { CLOCK_NAMES, CLOCKS, type ClockName } from "../domain/policy/terms.ts";
import type { CellView, DropView, ScorecardView } from "../domain/record/scorecardView.ts";
import { rateWords } from "../domain/record/scorecardWords.ts";
import { counted } from "../domain/text/counted.ts";
import { exactly, roughly } from "../domain/time/duration.ts";
import { h, type Shape } from "./dom.ts";
import { dayOf, fullTime, shortTime } from "./words.ts";

/** What a press does. */
interface ScorecardActions {
  incident(id: string): void;
  save(format: ExportFormat): void;
}

const EXPORT_WORDS: Record<ExportFormat, string> = {
  svg: "Export SVG…",
  csv: "Export CSV…",
  json: "Export JSON…",
  markdown: "Export Markdown…",
};

export function scorecardShapes(
  view: ScorecardView,
  formats: readonly ExportFormat[],
  actions: ScorecardActions,
): Shape[] {
  const { service, at, drops } = view;
  return [
    h(
      "header",
      { key: "head" },
      h("h1", {}, `Scorecard${service === null ? "" : ` of ${service}`}`),
      h("p", { class: "lead" }, leadWords(view)),
      h(
        "p",
        { class: "quiet" },
        `As of ${fullTime(at)}. ✓ met, ✗ missed, – no data: unknown or undecided; does not count as met. ● incident, ↶ rolled back, ⟳ rework, ! override.`,
      ),
    ),
    drops.length === 0
      ? h("p", { key: "none" }, "No drop has shipped yet.")
      : h(
          "section",
          { key: "grid", "aria-labelledby": "grid" },
          h("h2", { id: "grid" }, counted(drops.length, "drop")),
          grid(view, actions),
        ),
    h(
      "section",
      { key: "measures", "aria-labelledby": "measures" },
      h("h2", { id: "measures" }, "Delivery"),
      h("dl", { class: "measures" }, measures(view)),
    ),
    h(
      "section",
      { key: "trends", "aria-labelledby": "trends" },
      h("h2", { id: "trends" }, "Trends"),
      h(
        "p",
        { class: "quiet" },
        "Each mark is an incident, or the median of those of one drop: ● in time, ✗ late. Short lines are targets; the dashed line is the median.",
      ),
      h(
        "div",
        { class: "trends" },
        CLOCK_NAMES.map((name) => trend(view, name, actions)),
      ),
    ),
    ...overrides(view),
    h(
      "section",
      { key: "exports", "aria-labelledby": "exports" },
      h("h2", { id: "exports" }, "Export"),
      h(
        "div",
        { class: "buttons" },
        formats.map((format) => h("button", { onclick: () => actions.save(format) }, EXPORT_WORDS[format])),
      ),
    ),
  ];
}

function leadWords({ missedMost, drops }: ScorecardView): (Shape | string)[] {
  if (drops.length === 0) return [];
  if (!missedMost) return [h("strong", {}, "No target was missed.")];
  const { name, missed, of, worst } = missedMost;
  return [
    h("strong", {}, `Missed most: ${CLOCKS[name].title}`),
    ` on ${missed} of ${counted(of, "drop")} with data; by most on ${worst.tag}, by ${exactly(worst.lateMs)}: ${worst.title}`,
  ];
}

function grid({ drops, pillars }: ScorecardView, actions: ScorecardActions): Shape {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": "Drops and targets" },
    h(
      "table",
      { class: "grid" },
      h("caption", { class: "spoken" }, "Targets met and missed by drop, oldest first"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Target"),
          h("th", { scope: "col" }, "Met"),
          h("th", { scope: "col" }, "Median"),
          h("th", { scope: "col" }, "Streak"),
          drops.map(({ tag, shippedAt, shippedAssumed }) =>
            h(
              "th",
              {
                scope: "col",
                class: "drop",
                title: `${tag}, shipped ${fullTime(shippedAt)}${shippedAssumed ? " (assumed)" : ""}`,
              },
              h("span", {}, tag),
            ),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        CLOCK_NAMES.map((name) => {
          const { met, missed, medianMs, streak } = pillars[name];
          return h(
            "tr",
            { key: name },
            h("th", { scope: "row" }, CLOCKS[name].title),
            h("td", {}, `${met} of ${met + missed}`),
            h("td", {}, medianMs === null ? "–" : exactly(medianMs)),
            h("td", {}, streak),
            drops.map((drop) => cell(drop, drop.cells[name], name, actions)),
          );
        }),
        remarks(drops),
      ),
    ),
  );
}

function cell(
  { tag }: DropView,
  { verdict, incident, title }: CellView,
  name: ClockName,
  actions: ScorecardActions,
) {
  const words = `${CLOCKS[name].title} on ${tag}: ${verdict}${title === null ? "" : `, ${title}`}`;
  const sign = h("span", { "aria-hidden": "true" }, VERDICT_SIGNS[verdict]);
  const className = `cell ${verdict.replace(" ", "-")}`;
  return h(
    "td",
    { class: className },
    incident === null
      ? [sign, h("span", { class: "spoken" }, verdict)]
      : h(
          "button",
          {
            title: words,
            "aria-label": `${words}. Open the incident`,
            onclick: () => actions.incident(incident),
          },
          sign,
        ),
  );
}

/** What else became of the drops: failed, rolled back, shipped because of an incident, overridden. */
function remarks(drops: readonly DropView[]): Shape {
  return h(
    "tr",
    { key: "remarks" },
    h("th", { scope: "row" }, "Remarks"),
    h("td", { colspan: 3 }),
    drops.map(({ incidents, undone, rework, overrides }) => {
      const found: [string, string][] = [
        ...(incidents.length > 0 ? [["●", counted(incidents.length, "incident")] as [string, string]] : []),
        ...(undone ? [["↶", "rolled back"] as [string, string]] : []),
        ...(rework ? [["⟳", "shipped because of an incident"] as [string, string]] : []),
        ...(overrides > 0 ? [["!", counted(overrides, "override")] as [string, string]] : []),
      ];
      const words = found.map(([, word]) => word).join(", ");
      return h(
        "td",
        { class: "remark", title: words },
        h("span", { "aria-hidden": "true" }, found.map(([sign]) => sign).join("")),
        h("span", { class: "spoken" }, words),
      );
    }),
  );
}

function measures({ dora, drills, overrides, adoption }: ScorecardView): Shape[] {
  const {
    deployments,
    failed,
    changeFailureRate,
    recoveryMs,
    unrecovered,
    untimed,
    startUnknown = 0,
    rework,
    reworkRate,
  } = dora;
  const beside = [
    unrecovered > 0 && `${unrecovered} not recovered yet`,
    untimed > 0 && `${untimed} rolled back without an incident`,
    startUnknown > 0 && `${startUnknown} began at an unknown time`,
  ].filter((words) => words !== false);
  const tracked = `${adoption.shipped} of ${adoption.wanted}`;
  const rows: [string, string, string][] = [
    ["Change failure rate", rateWords(changeFailureRate), `${failed} of ${counted(deployments, "drop")}`],
    [
      "Recovery time",
      recoveryMs === null ? "no data" : roughly(recoveryMs),
      ["median", ...beside].join("; "),
    ],
    ["Rework rate", rateWords(reworkRate), `${counted(rework, "drop")} shipped because of an incident`],
    ["Drills", `${drills.passed} of ${drills.held}`, `passed, ${drills.inTime} in time`],
    ["Overrides", String(overrides.length), "of the council"],
    [
      "Adoption",
      tracked,
      adoption.landedAt === null
        ? "the policy is not on the release branch yet"
        : `drops since ${dayOf(adoption.landedAt)}`,
    ],
  ];
  return rows.map(([name, value, words]) =>
    h(
      "div",
      { key: name },
      h("dt", {}, name),
      h("dd", {}, h("strong", {}, value), h("span", { class: "quiet" }, words)),
    ),
  );
}

function trend({ trends, pillars }: ScorecardView, name: ClockName, actions: ScorecardActions): Shape {
  const points = trends[name];
  const { medianMs } = pillars[name];
  const { title } = CLOCKS[name];
  return h(
    "div",
    { key: name, class: "trend-box" },
    h(
      "h3",
      {},
      title,
      h("span", { class: "quiet" }, medianMs === null ? " no data" : ` median ${exactly(medianMs)}`),
    ),
    points.length > 0 &&
      h(
        "svg",
        {
          class: "trend-picture",
          viewBox: `0 0 ${TREND_SIZE.width} ${TREND_SIZE.height}`,
          "aria-hidden": "true",
        },
        trendShapes(points, medianMs),
      ),
    points.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, "As a table"),
        h(
          "table",
          { class: "points" },
          h("caption", { class: "spoken" }, title),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Drop", "Took", "Target", "Incident"].map((head) => h("th", { scope: "col" }, head)),
            ),
          ),
          h(
            "tbody",
            {},
            points.map((point) =>
              h(
                "tr",
                { title: pointWords(point) },
                h("td", {}, point.tag),
                h("td", {}, exactly(point.ms)),
                h("td", {}, point.targetMs === null ? "–" : exactly(point.targetMs)),
                h(
                  "td",
                  {},
                  h(
                    "button",
                    { class: "link", onclick: () => actions.incident(point.incident) },
                    point.title,
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
  );
}

function overrides({ overrides: all, at }: ScorecardView): Shape[] {
  if (all.length === 0) return [];
  return [
    h(
      "section",
      { key: "overrides", "aria-labelledby": "overrides" },
      h("h2", { id: "overrides" }, "Overrides"),
      h(
        "ul",
        { class: "plain" },
        all.map(({ tag, by, at: when, why }) =>
          h("li", {}, h("strong", {}, tag), ` by ${by}, ${shortTime(when, at)}: ${why}`),
        ),
      ),
    ),
  ];
}
