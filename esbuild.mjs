import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";
import { BUNDLES, writtenTo } from "./bundles.mts";

const written = (bundle) => writtenTo("dist", bundle, import.meta.dirname);

if (process.argv.includes("--watch")) {
  for (const bundle of BUNDLES) {
    await (await context({ ...written(bundle), sourcemap: true, minify: false })).watch();
  }
} else {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist/bin", { recursive: true });
  for (const bundle of BUNDLES) {
    await build(written(bundle));
    const { size } = await stat(`dist/${bundle.name}.js`);
    if (size > bundle.budget)
      throw new Error(`dist/${bundle.name}.js has ${size} bytes, and its budget is ${bundle.budget}`);
  }
  // The command line on the integrated terminal's PATH: it runs on the editor's own Node.
  for (const shim of ["dropclock", "dropclock.cmd"]) {
    await cp(`src/terminal/${shim}`, `dist/bin/${shim}`);
    await chmod(`dist/bin/${shim}`, 0o755);
  }
  await chmod("dist/cli.js", 0o755);
  await writeFile(
    "media/policy.schema.json",
    execFileSync(process.execPath, ["dist/cli.js", "policy", "schema"]),
  );
}
