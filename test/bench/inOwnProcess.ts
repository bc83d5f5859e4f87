import { fork } from "node:child_process";
import { once } from "node:events";
import { build } from "esbuild";
import { inOut, inProject } from "../support/folders/projectRoot.ts";

/**
 * Runs a bench as people run the product: bundled, in a process that holds nothing else. The more memory a process
 * holds, the longer it takes to start git from it.
 * @param file In this folder.
 * @param name Of the function that it exports.
 */
export async function inOwnProcess<T>(file: string, name: string): Promise<T> {
  const outfile = inOut("bench", file.replace(/\.ts$/, ".mjs"));
  await build({
    stdin: {
      contents: `import { ${name} } from "./${file}";\nprocess.send(await ${name}(), () => process.disconnect());`,
      resolveDir: inProject("test/bench"),
    },
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    define: { "import.meta.dirname": JSON.stringify(inProject("test/bench")) },
    banner: {
      js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  const child = fork(outfile, { execArgv: [] });
  const results = once(child, "message").then(([message]) => message as T);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The bench ${file} ended with exit status ${code}.`);
  return results;
}
