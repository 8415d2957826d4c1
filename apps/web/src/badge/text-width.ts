/** Widths of Verdana at 11 pixels, roughly; the badge makes its text fit them (`textLength`). */
const NARROW = 4
const NORMAL = 7
const WIDE = 10

/** Pixels that a text takes in a badge. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

function widthOf(character: string): number {
  if (/[ijlI.,:;|!'\-()[\] frt]/.test(character)) return NARROW
  if (/[mwMW@%]/.test(character)) return WIDE
  // East Asian signs and the like are as wide as they are high.
  return character.charCodeAt(0) < 0x1100 ? NORMAL : 11
}
