import type { LedgerEvent } from "./event/event.ts";
import {
  all,
  type Check,
  objectName,
  oneOf,
  optional,
  optionalText,
  text,
  texts,
} from "./event/eventChecks.ts";
import type { EventLog } from "./eventLog.ts";
import { RISK_LEVELS } from "./policy/policy.ts";

/** What an entry of the council was made for: the reasons of the risk, its level, and where the drop begins. */
const given = all(
  optional("reasons", texts("reasons")),
  optional("level", oneOf("level", RISK_LEVELS)),
  optional("base", objectName("base")),
);

/** What the data of the events of `commit/<sha>` must hold. */
export const COUNCIL_CHECKS: Readonly<Record<string, Check>> = {
  "approval-requested": all(optionalText("why"), given),
  approved: all(optionalText("why"), given),
  rejected: all(optionalText("why"), given),
  override: all(text("why"), optionalText("stage"), given),
};

const COMMIT = "commit/";

export const councilSubject = (commit: string) => `${COMMIT}${commit}`;

/** The commit that an entry is about. */
export const commitOf = ({ subject }: Pick<LedgerEvent, "subject">) => subject.slice(COMMIT.length);

/** Every entry of the council that is on record. */
export function councilEntries(log: EventLog): LedgerEvent[] {
  return [...log.live()].flatMap(([subject, events]) =>
    subject.startsWith(COMMIT) ? events.filter(({ type }) => isCouncilType(type)) : [],
  );
}

export const isCouncilType = (type: string) => Object.hasOwn(COUNCIL_CHECKS, type);
