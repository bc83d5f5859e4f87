import { authentication, type CancellationToken, workspace } from "vscode";

/** What opening a pull request takes, private repositories included; GitHub knows nothing less that would do. */
const SCOPES = ["repo"];

const WHY = {
  detail: "To open the pull request of the undo. Without it you get a link, and open it yourself.",
};

/**
 * A token of VS Code's own sign-in, because a person has pressed the button. Null: they would rather not, or there is
 * no sign-in for this host; then a link does as well.
 */
export async function githubToken(host: string, stop: CancellationToken): Promise<string | null> {
  const provider = providerOf(host);
  if (provider === null) return null;
  const session = authentication.getSession(provider, SCOPES, { createIfNone: WHY }).then(
    ({ accessToken }) => accessToken,
    () => null,
  );
  const stopped = new Promise<null>((resolve) => stop.onCancellationRequested(() => resolve(null)));
  return Promise.race([session, stopped]);
}

/** An enterprise server is signed in to by a provider of its own, which knows one address. */
function providerOf(host: string): string | null {
  if (host === "github.com") return "github";
  const uri = workspace.getConfiguration("github-enterprise").get<string>("uri") ?? "";
  return URL.canParse(uri) && new URL(uri).hostname === host ? "github-enterprise" : null;
}
