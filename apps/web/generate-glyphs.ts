import { createRequire } from 'node:module'
import { deflateSync } from 'node:zlib'
import { Resvg } from '@resvg/resvg-js'
import type { Face, Glyphs } from './src/preview/glyphs.ts'

const FAMILY = 'Inter'
const require = createRequire(import.meta.url)

/** Latin with its accents, Greek, Cyrillic, and the signs between words. Other writing is shown by ids, which are ASCII. */
const CHARACTERS = [
  ...range(0x20, 0x7e),
  ...range(0xa0, 0x17f),
  ...range(0x386, 0x3ce),
  ...range(0x400, 0x45f),
  ...'–—‘’“”…•→',
].filter((character) => /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(character))

/** Pixels on both sides of a glyph for what stands out of its width. */
const MARGIN = 4

/**
 * Letters of the pictures that other sites show with links, drawn once, so that servers need neither fonts nor a renderer
 * to write them.
 */
export function previewGlyphs(): Glyphs {
  return {
    title: drawFace(require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'), 66, 600),
    text: drawFace(require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'), 33, 400),
    mark: drawMark(72),
  }
}

function drawFace(fontFile: string, size: number, weight: number): Face {
  const font = { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: FAMILY }
  const style = `font-family="${FAMILY}" font-weight="${weight}" font-size="${size}"`
  const widthOf = (text: string) =>
    new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg"><text y="${size}" ${style}>${escaped(text)}</text></svg>`,
      {
        font,
      },
    ).getBBox()?.width ?? 0
  const bars = widthOf('||')
  const height = Math.ceil(size * 1.3)
  const baseline = Math.round(size * 1.02)
  const advances = CHARACTERS.map((character) => Math.round((widthOf(`|${character}|`) - bars) * 10) / 10)
  const starts: number[] = []
  let width = 0
  for (const advance of advances) {
    starts.push(width)
    width += Math.ceil(advance) + 2 * MARGIN
  }
  const texts = CHARACTERS.map(
    (character, index) =>
      `<text x="${(starts[index] ?? 0) + MARGIN}" y="${baseline}" ${style}>${escaped(character)}</text>`,
  )
  return {
    height,
    baseline,
    margin: MARGIN,
    characters: CHARACTERS.join(''),
    advances,
    width,
    pixels: drawn(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`,
      font,
    ),
  }
}

/** The sign of the site; see the icon. */
function drawMark(size: number): Glyphs['mark'] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 24 24"><path d="M12 1.5 21.1 6.75v10.5L12 22.5 2.9 17.25V6.75z" fill="none" stroke="#000" stroke-width="2" stroke-linejoin="round"/><path d="M12 7.2 16.2 9.6v4.8L12 16.8 7.8 14.4V9.6z"/></svg>`
  return { size, pixels: drawn(svg, { loadSystemFonts: false }) }
}

/** Coverage of each pixel in 16 steps, two pixels in a byte, compressed. */
function drawn(svg: string, font: object): string {
  const { pixels, width, height } = new Resvg(svg, { font }).render()
  const steps = new Uint8Array(Math.ceil((width * height) / 2))
  for (let index = 0; index < width * height; index += 1) {
    const step = Math.round((pixels[index * 4 + 3] ?? 0) / 17)
    steps[index >> 1] = (steps[index >> 1] ?? 0) | (step << (index % 2 === 0 ? 4 : 0))
  }
  return deflateSync(steps, { level: 9 }).toString('base64')
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0')
}
