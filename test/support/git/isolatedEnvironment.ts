/** For every VS Code under test: the same git whatever its user has configured, and no gallery on the network. */
export const isolatedEnvironment = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  EXTENSIONS_GALLERY: "{}",
};
