/** A word for bash and zsh: nothing in single quotes means anything, except the single quote. */
export function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A word for fish, where the backslash escapes itself and the single quote within single quotes. */
export function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A name for the functions of a script: `rbee-hive` → `_rbee_hive`. */
export function functionName(program: string): string {
  return `_${program.replaceAll('-', '_')}`
}
