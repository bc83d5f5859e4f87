/** The address of `Name <mail>`, as addresses are compared: in lower case. Empty where there is none. */
export const mailOf = (identity: string) => (/<([^<>]*)>\s*$/.exec(identity)?.[1] ?? "").trim().toLowerCase();

/** The name of `Name <mail>`; the address where there is no name. */
export const nameOf = (identity: string) => identity.replace(/<[^<>]*>\s*$/, "").trim() || mailOf(identity);
