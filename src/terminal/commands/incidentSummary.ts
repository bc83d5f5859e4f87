import { command } from "../call/command.ts";
import { entered } from "../entered.ts";

export const incidentSummary = command({
  name: "incident summary",
  args: "ID",
  at: "happened",
  summary: "what the public may read of it, in place of its title and beside its times",
  options: {
    title: { value: "T", help: "in place of the incident's title" },
    impact: { value: "I", help: "who was affected, and how" },
    done: { value: "D", help: "what was done about it" },
  },
  details: [
    "The newest text of each field counts; an empty one takes it back. See what becomes public: dropclock publish --dry-run",
    "A text with a name, an address, a link, a command or a token is refused.",
  ],
  async run({ args: [id = ""], values, project }) {
    const { writePublicSummary } = await import("../../app/publicSummary.ts");
    const opened = await project();
    const { title, impact, done } = values;
    const wish = Object.fromEntries(
      Object.entries({ title, impact, done }).filter(([, text]) => text !== undefined),
    );
    return entered(opened, await writePublicSummary(opened, id, wish), "Public summary written");
  },
});
