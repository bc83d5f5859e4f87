import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { buildAll } from "./bundles.mts";

await rm("dist", { recursive: true, force: true });
await buildAll(import.meta.dirname, "dist");
// The command line on the integrated terminal's PATH: it runs on the editor's own Node.
await mkdir("dist/bin");
for (const shim of ["dropclock", "dropclock.cmd"]) {
  await cp(`src/terminal/${shim}`, `dist/bin/${shim}`);
  await chmod(`dist/bin/${shim}`, 0o755);
}
await chmod("dist/cli.js", 0o755);
await writeFile(
  "media/policy.schema.json",
  execFileSync(process.execPath, ["dist/cli.js", "policy", "schema"]),
);
