import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { GitFailure } from "../git/gitFailure.ts";

/** The remote could not be asked, or would not take the ledger. Nothing is lost by that. */
export class Unreachable extends HumanError {
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super("service", `The ledger's remote could not be reached: ${reason}.`, options);
    this.reason = reason;
  }
}

/** @param refused What the remote gave as its reason, where it answered. */
export function unreachable(failure: GitFailure, refused?: string): Unreachable {
  return new Unreachable(reasonOf(failure, refused), { cause: failure });
}

// Progress is asked for, as a sign of life; hints are for who typed the command.
const CHATTER =
  /^(?:remote: )?(?:Enumerating|Counting|Compressing|Writing|Receiving|Resolving|Unpacking|Delta|Total|Finding|Checking) |^(?:hint|warning|To) |^warning:/i;

function reasonOf({ stderr, timedOutAfterMs, message }: GitFailure, refused?: string): string {
  if (timedOutAfterMs !== null) return `no answer for ${timedOutAfterMs / 1000} s`;
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "remote:" && !CHATTER.test(line));
  const said = tidy(lines[0] ?? "");
  if (refused === undefined) return said || plainText(message, 200);
  const remarks = lines.filter((line) => line.startsWith("remote:")).map(tidy);
  return plainText([refused, ...remarks.slice(0, 1)].join(": "), 200);
}

// Addresses may hold passwords, which belong into no message.
const tidy = (line: string) =>
  plainText(
    line.replace(/^(?:fatal|error|remote): (?:error: )?/, "").replace(/(?<=:\/\/)[^/@\s]*@/g, ""),
    200,
  ).replace(/\.$/, "");
