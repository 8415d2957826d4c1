/** Characters of a README that are searched and shown in parts: what a worker is stands at its beginning. */
const README_MAX = 4000

/** The words of a Markdown text, without its marks, HTML, addresses and pictures: for searching and excerpts. */
export function plainText(markdown: string): string {
  // Twice as much as is kept: marks and addresses fall away.
  return markdown
    .slice(0, 2 * README_MAX)
    .replaceAll(/<!--[\s\S]{0,4000}?-->/g, ' ')
    .replaceAll(/<(script|style)\b[\s\S]{0,4000}?<\/\1\s*>/gi, ' ')
    .replaceAll(/<[a-zA-Z/][^<>]{0,1000}>/g, ' ')
    .replaceAll(/!\[[^\]]{0,500}\]\([^()\s]{0,2000}\)/g, ' ')
    .replaceAll(/\]\([^()\s]{0,2000}\)/g, ' ')
    .replaceAll(/\bhttps?:\/\/\S{1,2000}/g, ' ')
    .replaceAll(/^[ \t]{0,3}(?:#{1,6}|[-*+]|>|`{3,}[\w-]*|~{3,}[\w-]*|={3,}|-{3,})[ \t]*/gm, '')
    .replaceAll(/[`*[\]|]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, README_MAX)
    .replace(/[\ud800-\udbff]$/, '')
}
