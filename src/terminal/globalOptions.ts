import type { Options } from "./call/command.ts";

/** What every command takes, before its name or after. */
export const GLOBAL_OPTIONS = {
  json: { help: "one JSON document on stdout, nothing else" },
  directory: { value: "DIR", help: "run as if started in DIR" },
  at: {
    value: "INSTANT",
    help: "look back to then (2026-11-23T10:04Z); where something is entered: when it happened",
  },
  help: { help: "explain the command" },
  version: { help: "print the version" },
} as const satisfies Options;

export const SHORT_OPTIONS: Readonly<Record<string, string>> = { directory: "C", help: "h" };
