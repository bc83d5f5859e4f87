/** The theme's name in the settings, and the class that the window has once it is in force. */
export const themes = {
  light: { name: "Light 2026", marker: "vs" },
  dark: { name: "Dark 2026", marker: "vs-dark" },
  highContrast: { name: "Default High Contrast", marker: "hc-black" },
  highContrastLight: { name: "Default High Contrast Light", marker: "hc-light" },
} as const;

export type Theme = keyof typeof themes;
