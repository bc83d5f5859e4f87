/** User settings of a window that shows nothing but what is under test, and asks nothing of the network. */
export const calmSettings: Record<string, unknown> = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  // As on a desktop: in a browser files are saved by themselves after a second, before or after a test has its say.
  "files.autoSave": "off",
  "git.autofetch": false,
  "git.openRepositoryInParentFolders": "never",
  // A window in Restricted Mode says so by its banner; a dialog in front of everything only stops a test.
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  // A page that a test closes must not ask whether it may.
  "window.confirmBeforeClose": "never",
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};
