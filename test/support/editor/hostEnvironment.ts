import { withoutNpm } from "../install/npm.ts";

/** The person's environment, less what a VS Code around us or npm would whisper to the one that is started. */
export function hostEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(withoutNpm(process.env)).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_)/.test(name),
  );
  return { ...Object.fromEntries(clean), ...extra };
}
