import type { Paint } from "./paint.ts";

/** What a text is written on. */
export interface Page {
  /** Columns of the terminal; of a pipe, 80. */
  width: number;
  /** Where people look at it. In a pipe no row is cut. */
  terminal: boolean;
  paint: Paint;
}
