import type { OpenFace, Strip } from './glyphs.ts'
import { type PalettePicture, pngOf } from './png.ts'

/** Steps from the ground to a colour, as letters cover their pixels. */
const STEPS = 16

/** Something to draw on in a few colours, each of which blends into the ground. */
export interface Canvas {
  /** @param colour place among the colours, from 0. */
  rectangle(box: { x: number; y: number; width: number; height: number }, colour: number): void
  strip(strip: Strip, place: { x: number; y: number }, colour: number): void
  /** Draws a line of text that the face has all letters of. */
  text(face: OpenFace, text: string, place: { x: number; y: number }, colour: number): void
  png(): Uint8Array<ArrayBuffer>
}

export function createCanvas(
  width: number,
  height: number,
  { ground, colours }: { readonly ground: string; readonly colours: readonly string[] },
): Canvas {
  const picture: PalettePicture = {
    width,
    height,
    palette: colours.flatMap((colour) =>
      Array.from({ length: STEPS }, (_, step) => blended(ground, colour, step)),
    ),
    pixels: new Uint8Array(width * height),
  }

  /** Letters that overlap keep what covers more. */
  function cover(x: number, y: number, coverage: number, colour: number): void {
    if (coverage === 0 || x < 0 || y < 0 || x >= width || y >= height) return
    const at = y * width + x
    const before = picture.pixels[at] ?? 0
    if (before % STEPS < coverage) picture.pixels[at] = colour * STEPS + coverage
  }

  function copy(
    from: Strip,
    columns: { start: number; count: number },
    to: { x: number; y: number },
    colour: number,
  ) {
    for (let y = 0; y < from.height; y += 1) {
      for (let x = 0; x < columns.count; x += 1) {
        cover(to.x + x, to.y + y, from.coverage(columns.start + x, y), colour)
      }
    }
  }

  return {
    rectangle(box, colour) {
      for (let y = box.y; y < box.y + box.height; y += 1) {
        for (let x = box.x; x < box.x + box.width; x += 1) cover(x, y, STEPS - 1, colour)
      }
    },
    strip: (from, place, colour) => copy(from, { start: 0, count: from.width }, place, colour),
    text(face, text, place, colour) {
      let x = place.x
      for (const character of text) {
        const letter = face.letter(character)
        if (letter === undefined) continue
        copy(
          face.strip,
          { start: letter.start, count: letter.columns },
          { x: Math.round(x) - letter.margin, y: place.y },
          colour,
        )
        x += letter.advance
      }
    },
    png: () => pngOf(picture),
  }
}

function blended(ground: string, colour: string, step: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [from, to] = [ground, colour].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16))
    const value = Math.round((from ?? 0) + (((to ?? 0) - (from ?? 0)) * step) / (STEPS - 1))
    return value.toString(16).padStart(2, '0')
  })
  return `#${channels.join('')}`
}
