import { gateReport } from "../../app/gate/gateReport.ts";
import { readGoverned } from "../../app/gate/governed.ts";
import { demoteDrop, promoteDrop } from "../../app/gate/moveStage.ts";
import { type Shipped, shipDrop, suggestedTag } from "../../app/gate/shipDrop.ts";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { type Answer, type Call, EXIT } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import type { SHIP_OPTIONS, STAGE_OPTIONS } from "./drop.ts";
import { gateText, signalSources } from "./gateRun.ts";

export async function runShip({
  args: [given],
  values,
  project,
  environment,
  confirm,
}: Call<typeof SHIP_OPTIONS>): Promise<Answer> {
  const opened = await project();
  await fetchFirst(opened);
  const governed = await readGoverned(opened);
  const suggested = given === undefined ? await suggestedTag(opened, governed) : null;
  const tag = given ?? (values.yes ? suggested : null);
  if (tag === null) throw new HumanError("usage", nameless(suggested));
  const { remote } = governed.anchor;
  const push = async () => {
    if (values.push) return true;
    if (remote === null) return false;
    return (
      values.yes || (await confirm?.(`Push ${plainText(tag, 80)} to ${plainText(remote, 60)}?`)) === true
    );
  };
  const shipped = await shipDrop(opened, { tag, push, sources: signalSources(opened, environment) });
  const { reading, remote: _, ...done } = shipped;
  return {
    json: { ...done, ...gateReport(reading) },
    text: (page) => shippedText(shipped, page),
    exit: reading.gate.open ? EXIT.fine : EXIT.no,
  };
}

function nameless(suggested: string | null): string {
  return suggested === null
    ? "The drop needs a name: dropclock drop ship TAG."
    : `The drop needs a name; the next one would be: dropclock drop ship ${plainText(suggested, 80)}`;
}

function shippedText(
  { reading, tag, commit, tagged, pushed, recorded, remote }: Shipped,
  page: Page,
): string {
  if (!reading.gate.open) return gateText(reading, page);
  const name = plainText(tag, 80);
  const parts = [
    tagged
      ? `Tagged ${commit.slice(0, 10)} as ${name}`
      : `${name} is tagged already (${commit.slice(0, 10)})`,
    ...(pushed ? [`pushed to ${plainText(remote ?? "", 60)}`] : []),
    recorded ? "on record as shipped; somebody must be watching now" : "on record already",
  ];
  const lines = [`${parts.join("; ")}.`];
  if (tagged && !pushed && remote !== null)
    lines.push(`Not pushed yet; push it with: dropclock drop ship ${name} --push`);
  return [
    ...lines,
    ...reading.gate.overridden.map(({ text }) => page.paint.yellow(`Overridden: ${text}`)),
  ].join("\n");
}

type StageCall = Call<typeof STAGE_OPTIONS>;

export async function runPromote({ args, values, project, environment }: StageCall): Promise<Answer> {
  const [to = ""] = args;
  const opened = await project();
  await fetchFirst(opened);
  const wish = { tag: values.drop, why: values.why, sources: signalSources(opened, environment) };
  const { reading, tag, from, done } = await promoteDrop(opened, to, wish);
  const before = from === null ? "" : `; it was in ${plainText(from, 60)}`;
  return {
    json: { at: formatInstant(opened.now()), tag, from, to, done, ...gateReport(reading) },
    text: (page) =>
      done ? `${plainText(tag, 80)} is in ${plainText(to, 60)} now${before}.` : gateText(reading, page),
    exit: done ? EXIT.fine : EXIT.no,
  };
}

export async function runDemote({ args: [to], values, project }: StageCall): Promise<Answer> {
  const opened = await project();
  const { tag, from, to: stage } = await demoteDrop(opened, to, { tag: values.drop, why: values.why });
  const sentence = `${plainText(tag, 80)} is back in ${plainText(stage, 60)}; it was in ${plainText(from, 60)}.`;
  return {
    json: { at: formatInstant(opened.now()), tag, from, to: stage },
    text: () => `${sentence} Its soak begins anew.`,
  };
}
