// By searching and not by a pattern: who made a commit decides how long a name is, and how many `<` are in it.

/** The address of `Name <mail>`, as addresses are compared: in lower case. Empty where there is none. */
export const mailOf = (identity: string) => partsOf(identity).mail.trim().toLowerCase();

/** The name of `Name <mail>`; the address where there is no name. */
export const nameOf = (identity: string) => partsOf(identity).name.trim() || mailOf(identity);

/** Without an address at its end the whole is the name. */
function partsOf(identity: string): { name: string; mail: string } {
  const text = identity.trimEnd();
  const open = text.lastIndexOf("<");
  const closed = text.indexOf(">", open);
  if (open < 0 || closed !== text.length - 1) return { name: identity, mail: "" };
  return { name: text.slice(0, open), mail: text.slice(open + 1, -1) };
}
