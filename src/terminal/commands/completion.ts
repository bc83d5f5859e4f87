import { choose } from "../call/arguments.ts";
import { command } from "../call/command.ts";

/** The shells whose completion comes with the command line, and how its file ends. */
const SCRIPTS = { bash: "bash", zsh: "zsh", fish: "fish", powershell: "ps1" } as const;

/** What these scripts call; no person types it, so no help names it. */
export const COMPLETE = "__complete";

type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];

export const completion = command({
  name: "completion",
  ledger: "optional",
  args: "SHELL",
  summary: "prints the script with which a shell completes commands, tags, incidents and stages",
  details: [
    `A shell is one of ${SHELLS.join(", ")}.`,
    "bash, in ~/.bashrc: source <(dropclock completion bash)",
    "zsh, in ~/.zshrc after compinit: source <(dropclock completion zsh)",
    "fish, once: dropclock completion fish > ~/.config/fish/completions/dropclock.fish",
    "PowerShell, in $PROFILE: dropclock completion powershell | Out-String | Invoke-Expression",
  ],
  async run({ args: [word = ""] }) {
    const shell = choose("shell", word, SHELLS);
    const { builtInText } = await import("../../app/documents/templates.ts");
    const script = await builtInText(`completions/dropclock.${SCRIPTS[shell]}`);
    return { json: { shell, script }, text: () => script.trimEnd() };
  },
});
