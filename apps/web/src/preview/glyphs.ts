import { Buffer } from 'node:buffer'
import { inflateSync } from 'node:zlib'
import generated from './glyphs.generated.json' with { type: 'json' }

/** The letters of pictures, made by `pnpm generate`. `pixels` is Base64 of zlib of 4 bits per pixel, row by row. */
export interface Glyphs {
  readonly title: Face
  readonly text: Face
  readonly mark: { readonly size: number; readonly pixels: string }
}

/** One weight in one size: a strip of all its letters beside each other. */
export interface Face {
  readonly height: number
  /** Pixels from the top of the strip to the line that letters stand on. */
  readonly baseline: number
  /** Pixels before and behind each letter in the strip. */
  readonly margin: number
  readonly characters: string
  /** How far each letter moves on, in pixels. */
  readonly advances: readonly number[]
  /** Of the strip. */
  readonly width: number
  readonly pixels: string
}

/** A face that can be drawn. */
export interface OpenFace {
  readonly height: number
  readonly strip: Strip
  /** Undefined for a letter that the face lacks. */
  letter(character: string): Letter | undefined
}

export interface Letter {
  /** Where its pixels begin in the strip, and how many columns they are. */
  readonly start: number
  readonly columns: number
  readonly advance: number
  readonly margin: number
}

/** Pixels of which each has a coverage from 0 to 15. */
export interface Strip {
  readonly width: number
  readonly height: number
  coverage(x: number, y: number): number
}

const GLYPHS: Glyphs = generated

/** Unpacked when the first picture is made: half a megabyte that most servers never need. */
export const titleFace = once(() => openFace(GLYPHS.title))
export const textFace = once(() => openFace(GLYPHS.text))
export const markStrip = once(() => openStrip(GLYPHS.mark.pixels, GLYPHS.mark.size, GLYPHS.mark.size))

function openFace({ height, margin, characters, advances, width, pixels }: Face): OpenFace {
  const letters = new Map<string, Letter>()
  let start = 0
  for (const [index, character] of [...characters].entries()) {
    const advance = advances[index] ?? 0
    const columns = Math.ceil(advance) + 2 * margin
    letters.set(character, { start, columns, advance, margin })
    start += columns
  }
  return { height, strip: openStrip(pixels, width, height), letter: (character) => letters.get(character) }
}

function openStrip(pixels: string, width: number, height: number): Strip {
  const steps = inflateSync(Buffer.from(pixels, 'base64'))
  return {
    width,
    height,
    coverage(x, y) {
      const index = y * width + x
      const pair = steps[index >> 1] ?? 0
      return index % 2 === 0 ? pair >> 4 : pair & 15
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}
