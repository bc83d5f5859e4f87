// The bundle that both faces share. A module is evaluated when it is first asked for, so the command line never meets
// the editor, and the other way round.

export const editor = () => import("./editor/core.ts");
export const terminal = () => import("./terminal/process.ts");
