/** Control, bidirectional and invisible characters: a line of them reads differently from what it holds, or ends early. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** @param substitute what stands for one such character. */
export function replaceInvisible(text: string, substitute: (character: string) => string): string {
  return text.toWellFormed().replace(INVISIBLE, substitute)
}

export function hasInvisible(text: string): boolean {
  return text.toWellFormed().search(INVISIBLE) !== -1
}

/** The text behind a `#`, in bash and in Ruby: nothing in it ends the line. */
export function commentText(text: string): string {
  return replaceInvisible(text, () => ' ').trimEnd()
}
