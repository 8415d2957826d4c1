import type { OpenFace } from './glyphs.ts'

/** Whether a face has every letter of a text. */
export function hasLetters(face: OpenFace, text: string): boolean {
  return [...text].every((character) => face.letter(character) !== undefined)
}

/** Breaks a text into lines of at most `width` pixels; what does not fit into `most` of them ends in an ellipsis. */
export function brokenIntoLines(
  face: OpenFace,
  text: string,
  width: number,
  most: number,
): readonly string[] {
  const lines: string[] = []
  for (const word of text
    .split(/\s+/)
    .filter((part) => part !== '')
    .flatMap((part) => pieces(face, part, width))) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(face, `${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), shortened(face, lines[most - 1] ?? '', width)]
}

/** A word that is wider than a line, in as many pieces as it takes. */
function pieces(face: OpenFace, word: string, width: number): readonly string[] {
  const made: string[] = ['']
  for (const character of word) {
    const grown = `${made.at(-1)}${character}`
    if (widthOf(face, grown) <= width) made[made.length - 1] = grown
    else made.push(character)
  }
  return made
}

function shortened(face: OpenFace, line: string, width: number): string {
  let kept = [...line]
  while (kept.length > 0 && widthOf(face, `${kept.join('')}…`) > width) kept = kept.slice(0, -1)
  return `${kept.join('').trimEnd()}…`
}

function widthOf(face: OpenFace, text: string): number {
  let width = 0
  for (const character of text) width += face.letter(character)?.advance ?? 0
  return width
}
