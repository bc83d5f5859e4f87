/** What a text is written on. */
export interface Page {
  /** Columns of the terminal; of a pipe, 80. */
  width: number;
  /** Where people look at it. In a pipe no row is cut. */
  terminal: boolean;
  paint: Paint;
}

/** Colours, or none: each function takes a text and gives it back painted. */
export interface Paint {
  bold: (text: string) => string;
  dim: (text: string) => string;
  red: (text: string) => string;
  yellow: (text: string) => string;
  green: (text: string) => string;
}

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;

const COLOURS: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  green: sgr(32, 39),
};

const same = (text: string) => text;
export const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same, green: same };

/** FORCE_COLOR decides where it is set; else colours are for terminals, and NO_COLOR turns them off. */
export function paintFor(terminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === "0" || forced === "false" ? PLAIN : COLOURS;
  return terminal && !env.NO_COLOR && env.TERM !== "dumb" ? COLOURS : PLAIN;
}
