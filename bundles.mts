import type { BuildOptions } from "esbuild";

const KB = 1024;

export interface Bundle {
  /** Its file is NAME.js. */
  name: string;
  entry: string;
  /** Bytes that it may have. */
  budget: number;
  options: BuildOptions;
}

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  // Node 20 runs the command line; the editor's own Node is newer.
  target: "node20",
  minify: true,
  logLevel: "warning",
  define: { "import.meta.dirname": "__dirname" },
  external: ["vscode"],
};

// They require the third bundle, which both faces share, so that whatever is shared stands once. There, `./core.js` may
// be a library's own file.
const thin: BuildOptions = { ...common, external: ["vscode", "./core.js"] };

/**
 * What `activate` needs before it returns, and what tells the command line where it is, are small bundles of their own.
 * A bundle that grows past its budget fails the build.
 */
export const BUNDLES: readonly Bundle[] = [
  { name: "extension", entry: "src/extension.ts", budget: 72 * KB, options: thin },
  {
    name: "cli",
    entry: "src/cli.ts",
    budget: 16 * KB,
    options: { ...thin, banner: { js: "#!/usr/bin/env node" } },
  },
  { name: "core", entry: "src/core.ts", budget: 1100 * KB, options: common },
];

/** The options that write a bundle into a folder. */
export function writtenTo(outdir: string, { name, entry, options }: Bundle, root: string): BuildOptions {
  return { ...options, absWorkingDir: root, entryPoints: { [name]: entry }, outdir };
}
