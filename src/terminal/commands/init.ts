import { command } from "../call/command.ts";

export const init = command({
  name: "init",
  ledger: "optional",
  summary: "writes a commented policy and the templates; never overwrites",
  async run({ project }) {
    const { initProject } = await import("../../app/initProject.ts");
    const opened = await project();
    const { files } = await initProject(opened);
    const rows = files.map(({ path, created }) => `${created ? "created" : "kept   "} ${path}`);
    const next = opened.repository ? "dropclock status" : "git init (incidents are kept in git)";
    return { json: { files }, text: () => [...rows, `Next: ${next}`].join("\n") };
  },
});
