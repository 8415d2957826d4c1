/** An expression that GitHub fills in before a workflow is read. Never write one into a script: hand it in by `env`. */
export const expression = (text: string) => `\${{ ${text} }}`

/** Lines as the block of a YAML key, `depth` blanks deep. Empty lines stay empty. */
export function indented(text: string, depth: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(depth) + line))
    .join('\n')
}
