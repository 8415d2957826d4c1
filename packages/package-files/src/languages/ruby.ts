import { replaceInvisible } from './invisible.ts'

/** The text as a string of Ruby in double quotes, in which nothing is interpolated. */
export function rubyString(text: string): string {
  const escaped = replaceInvisible(
    text.replace(/[\\"]|#(?=[{$@])/g, '\\$&'),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return `"${escaped}"`
}
