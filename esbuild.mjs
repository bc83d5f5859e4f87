import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";

// Two bundles for the editor: `extension.js` is what `activate` needs before it returns, `core.js` loads right after.
const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  minify: true,
  metafile: true,
  logLevel: "warning",
};
const editor = { ...common, target: "node22", outdir: "dist", external: ["vscode", "./core.js"] };
const bundles = [
  { ...editor, entryPoints: { extension: "src/extension.ts", core: "src/editor/core.ts" } },
  {
    ...common,
    target: "node20",
    entryPoints: { cli: "src/cli.ts" },
    outdir: "dist",
    banner: { js: "#!/usr/bin/env node" },
  },
];

if (process.argv.includes("--watch")) {
  for (const options of bundles)
    await (await context({ ...options, sourcemap: true, minify: false })).watch();
} else {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist/bin", { recursive: true });
  for (const options of bundles) {
    const { metafile, errors } = await build(options);
    if (errors.length === 0 && process.argv.includes("--meta")) {
      await writeFile(`dist/${Object.keys(options.entryPoints)[0]}.meta.json`, JSON.stringify(metafile));
    }
  }
  // The command line on the integrated terminal's PATH: it runs on the editor's own Node.
  for (const shim of ["dropclock", "dropclock.cmd"]) {
    await cp(`src/terminal/${shim}`, `dist/bin/${shim}`);
    await chmod(`dist/bin/${shim}`, 0o755);
  }
  await chmod("dist/cli.js", 0o755);
}
