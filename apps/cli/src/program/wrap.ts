/**
 * Breaks a text at blanks into lines of at most so many characters; a word that is longer stands alone. Lines behind the
 * first begin at the column where the text began.
 *
 * @param columns null for one line, however long.
 */
export function wrap(
  prefix: string,
  text: string,
  columns: number | null,
  prefixWidth = prefix.length,
): string {
  if (columns === null) return prefix + text
  const room = Math.max(20, columns - prefixWidth)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return prefix + lines.join(`\n${' '.repeat(prefixWidth)}`)
}
