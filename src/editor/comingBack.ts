import type { Disposable, Event, WindowState } from "vscode";

/** What of VS Code's `window` tells of its focus. */
export interface FocusSource {
  readonly state: WindowState;
  readonly onDidChangeWindowState: Event<WindowState>;
}

/**
 * Tells when somebody comes back to the window. VS Code's own event also tells, with the focus as it was, that people
 * have done nothing for a minute.
 */
export function onComingBack(window: FocusSource, tell: () => void): Disposable {
  let { focused } = window.state;
  return window.onDidChangeWindowState((state) => {
    const came = state.focused && !focused;
    focused = state.focused;
    if (came) tell();
  });
}
