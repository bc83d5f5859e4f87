/** A word of a POSIX shell that means nothing but itself. */
export function shellWord(text: string): string {
  const inert = text.replace(/\p{Cc}+/gu, " ");
  if (/^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/.test(inert)) return inert;
  return `'${inert.replaceAll("'", "'\\''")}'`;
}
