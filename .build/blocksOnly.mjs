/**
 * Replaces in the bundle the parts of markdown-it that read entities and addresses and find links in plain text, 50 KB that
 * nothing here uses: documents are read for their blocks, and nothing in them is rendered. See esbuild.mjs.
 * @type {(text: string) => string}
 */
const same = (text) => text;

// Of `entities`.
export { same as decodeHTMLStrict };

// Of `linkify-it`.
export class LinkifyIt {}

// Of `mdurl`.
export { same as parse, same as format, same as encode, same as decode };

// Of `uc.micro`: punctuation and symbols, which only emphasis asks for.
export const P = /(?!)/;
export const S = P;

// Of `punycode.js`.
export default { toASCII: same, toUnicode: same };
