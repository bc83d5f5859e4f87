import { glob, rm, writeFile } from "node:fs/promises";
import { build, type Plugin } from "esbuild";
import { inOut, inProject } from "../folders/projectRoot.ts";

/**
 * Bundles test/host/index.ts with every *.test.ts below a folder of the project for an index.js in out/, which an
 * extension host can load. The files are found by their names: a list by hand is how a test comes to be never run.
 *
 * @param out Its place in out/.
 */
export async function bundleHostTests(folder = "test/host", out = "host"): Promise<string> {
  const tests: string[] = [];
  for await (const path of glob(`${folder}/**/*.test.ts`, { cwd: inProject() })) tests.push(path);
  if (tests.length === 0) throw new Error(`There is no ${folder}/**/*.test.ts to run.`);
  await rm(inOut(out), { recursive: true, force: true });
  const loader = inOut(`${out}/index.js`);
  await build({
    entryPoints: [inProject("test/host/index.ts")],
    outfile: inOut(`${out}/tests.js`),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    sourcemap: "inline",
    // Both are given by the place where the bundle runs; mocha must also be one and the same for all files.
    external: ["vscode", "mocha"],
    plugins: [hostTests(tests.sort())],
    logLevel: "error",
  });
  // Node maps the places in a stack only for what is loaded after it was asked to.
  await writeFile(
    loader,
    'process.setSourceMapsEnabled(true);\nexports.run = () => require("./tests.js").run();\n',
  );
  return loader;
}

/** Lets index.ts import "host-tests", which stands for all the test files. */
function hostTests(tests: string[]): Plugin {
  return {
    name: "host-tests",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^host-tests$/ }, ({ path }) => ({ path, namespace: "host-tests" }));
      onLoad({ filter: /.*/, namespace: "host-tests" }, () => ({
        contents: tests.map((path) => `import ${JSON.stringify(`./${path}`)};`).join("\n"),
        resolveDir: inProject(),
      }));
    },
  };
}

// npm run bundle:host, for those who start the tests from an editor.
if (import.meta.main) await bundleHostTests();
