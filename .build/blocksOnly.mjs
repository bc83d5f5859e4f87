/**
 * Replaces in the bundle the parts of markdown-it that read entities and find links in plain text, 40 KB that nothing
 * here uses: documents are read for their blocks, and nothing in them is rendered. See esbuild.mjs.
 * @type {(text: string) => string}
 */
export const decodeHTMLStrict = (text) => text;

export class LinkifyIt {}
