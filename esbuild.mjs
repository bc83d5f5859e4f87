import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";

const KB = 1024;

const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  minify: true,
  outdir: "dist",
  logLevel: "warning",
  define: { "import.meta.dirname": "__dirname" },
};

// What `activate` needs before it returns is a bundle of its own; the editor's core loads right after. A bundle that
// grows past its budget fails the build.
const bundles = [
  {
    budget: 72 * KB,
    options: {
      ...common,
      target: "node22",
      entryPoints: { extension: "src/extension.ts" },
      external: ["vscode", "./core.js"],
    },
  },
  {
    budget: 700 * KB,
    options: {
      ...common,
      target: "node22",
      entryPoints: { core: "src/editor/core.ts" },
      external: ["vscode"],
    },
  },
  {
    budget: 700 * KB,
    options: {
      ...common,
      target: "node20",
      entryPoints: { cli: "src/cli.ts" },
      banner: { js: "#!/usr/bin/env node" },
    },
  },
];

if (process.argv.includes("--watch")) {
  for (const { options } of bundles) {
    await (await context({ ...options, sourcemap: true, minify: false })).watch();
  }
} else {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist/bin", { recursive: true });
  for (const { options, budget } of bundles) {
    await build(options);
    const file = `dist/${Object.keys(options.entryPoints)[0]}.js`;
    const { size } = await stat(file);
    if (size > budget) throw new Error(`${file} has ${size} bytes, and its budget is ${budget}`);
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
