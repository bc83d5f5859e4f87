import type { Channel } from "../../domain/policy/policy.ts";
import type { PublicStatus } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";

/** What a kind of channel has to say. One file for each, and one line in `CHANNELS`. */
export interface ChannelKind<C> {
  /** The secret that it needs, and for which place it is kept; null: none. */
  secret(channel: C): { name: string; origin: string } | null;
  /** Where it goes, as people are shown it. */
  target(channel: C): string;
  /** The exact text that people will read there; of a JSON webhook, the whole body. */
  text(channel: C, message: Message, write: Writers): string;
  /** The request that posts a text; null: nothing is posted. */
  delivery: ((channel: C, posting: Posting) => Delivery) | null;
}

export type ChannelOf<K extends Channel["kind"]> = Extract<Channel, { kind: K }>;

/** What is to be posted. */
interface Posting {
  text: string;
  /** The same for the same message, whoever sends it. */
  key: string;
  /** The one that the channel needs; null: it needs none. */
  secret: string | null;
  /** The headers of every request. */
  common: Record<string, string>;
}

/** Notations; they load with the first message that is written. */
export interface Writers {
  slack(markdown: string): string;
  json(template: { path: string; text: string }, variables: Record<string, unknown>): string;
  /** The message under its public status. */
  headed: string;
}

/** What is to be told, whatever the channel. */
export interface Message {
  /** Plain words: whatever shows it need not know Markdown. */
  text: string;
  /** The same as somebody wrote it. */
  markdown: string;
  status: PublicStatus;
  title: string | null;
  service: string | null;
  /** Counts from 1. */
  number: number;
  /** Names the incident without telling anything of it. */
  incident: string;
  /** ISO 8601. */
  at: string;
  /** The same for the same message, whoever sends it. */
  key: string;
}

/** One message to be posted, ready to go. */
export interface Delivery {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** Never to appear in what is said. */
  secret: string | null;
  /**
   * Whether it has arrived already, where the other side can tell; asked before each try. An answer in place of that
   * says why it cannot tell now.
   */
  arrived?: (ask: Ask) => Promise<boolean | Response>;
}

export type Ask = (url: URL, init: RequestInit) => Promise<Response>;

/** @param scheme The word before the secret. */
export function authorization(secret: string, channel: string, scheme = "Bearer"): { authorization: string } {
  // Anything else in a header is refused by fetch in words that repeat it.
  if (/^[\x21-\x7e]+$/.test(secret)) return { authorization: `${scheme} ${secret}` };
  throw new HumanError("usage", `The secret of the channel “${channel}” is no token; set it anew.`);
}
