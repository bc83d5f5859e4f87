/**
 * How a policy names a secret that it must not hold: as a variable of the environment, with a prefix, so that nobody
 * who edits a policy can have a variable sent away that is meant for other programs.
 */
export const SECRET_NAME_PATTERN = "^DROPCLOCK_[A-Z0-9_]{1,80}$";
export const SECRET_NAME_EXPECTED =
  "the name of a secret, which starts with DROPCLOCK_ and goes on in capitals";

export const isSecretName = (text: string) => new RegExp(SECRET_NAME_PATTERN).test(text);
