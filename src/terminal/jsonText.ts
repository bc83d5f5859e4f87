const UNPRINTABLE = /[\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON that a terminal shows as it stands: what it might obey, and JSON leaves as it is, is written as an escape. */
export const jsonText = (value: unknown) =>
  JSON.stringify(value, null, 2).replace(
    UNPRINTABLE,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
