/** A text as one word of a POSIX shell: between single quotes nothing has a meaning but the quote (2.2.2). */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
