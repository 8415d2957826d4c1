/**
 * Text for XML, which the template then escapes: without the characters that no XML document may hold, escaped or not
 * (XML 1.0, 2.2), half surrogates among them.
 */
export function xmlText(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
}
