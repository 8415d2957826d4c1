import { RbeeError } from '@rbee/schema'
import { pngHeader, pngPicture } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readImageFacts } from './image-facts.ts'

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0))
const bytes = (...parts: readonly (number | readonly number[])[]) => Uint8Array.from(parts.flat())

/** Start of frame: eight bits, height, width, three components. */
const jpegFrame = (width: number, height: number) => [
  ...[0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3],
  ...[1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
]
const JFIF = [0xff, 0xe0, 0, 16, ...ascii('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]
/** One EXIF entry: orientation 6, turned by a quarter. */
const EXIF = [
  ...[0xff, 0xe1, 0, 34, ...ascii('Exif\0\0MM'), 0, 42, 0, 0, 0, 8],
  ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
]
const webp = (chunk: string, ...data: number[]) =>
  bytes(ascii('RIFF'), [40, 0, 0, 0], ascii(`WEBP${chunk}`), [20, 0, 0, 0], data)

function refusal(input: Uint8Array): string {
  try {
    return JSON.stringify(readImageFacts(input))
  } catch (failure) {
    if (!(failure instanceof RbeeError)) throw failure
    return `${failure.code}: ${failure.message}`
  }
}

describe('readImageFacts', () => {
  it.each([
    ['a PNG', pngPicture(3, 2), 'image/png', 3, 2],
    ['the largest', pngHeader(4096, 4096), 'image/png', 4096, 4096],
    ['a JPEG', bytes([0xff, 0xd8], JFIF, jpegFrame(640, 480)), 'image/jpeg', 640, 480],
    ['a turned JPEG', bytes([0xff, 0xd8], EXIF, jpegFrame(640, 480)), 'image/jpeg', 480, 640],
    [
      'a lossy WebP',
      webp('VP8 ', 0x30, 1, 0, 0x9d, 0x01, 0x2a, 0x80, 2, 0xe0, 1, 0, 0),
      'image/webp',
      640,
      480,
    ],
    ['an extended WebP', webp('VP8X', 0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0, 0), 'image/webp', 640, 480],
  ])('tells type and size of %s', (_, input, media_type, width, height) => {
    expect(readImageFacts(input)).toEqual({ media_type, width, height })
  })

  it('takes a file that is also something else for what it begins with', () => {
    const also = bytes([...pngPicture(3, 2)], ascii('<script>alert(1)</script>PK'))
    expect(readImageFacts(also).media_type).toBe('image/png')
  })

  it.each([
    ['an SVG', bytes(ascii('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'is not a PNG, JPEG or WebP'],
    ['a GIF', bytes(ascii('GIF89a'), [1, 0, 1, 0]), 'is not a PNG, JPEG or WebP'],
    ['a page that ends in a picture', bytes(ascii('<!doctype html>'), [...pngPicture(1, 1)]), 'is not a PNG'],
    ['nothing', new Uint8Array(), 'is not a PNG, JPEG or WebP'],
    ['a signature alone', pngPicture(1, 1).subarray(0, 8), 'is not a PNG, JPEG or WebP'],
    ['a header that is cut off', pngPicture(1, 1).subarray(0, 20), 'damaged header'],
    [
      'a PNG that browsers do not show',
      bytes([...pngPicture(1, 1).subarray(0, 8)], [0, 0, 0, 4], ascii('CgBI')),
      'is not a PNG',
    ],
    ['too wide', pngHeader(4097, 10), 'has 4097 × 10 pixels; at most 4096 × 4096 are shown'],
    ['huge', pngHeader(0xffffffff, 0xffffffff), 'pixels; at most 4096'],
    ['no width', pngHeader(0, 10), 'states no size'],
    ['a JPEG without a frame', bytes([0xff, 0xd8], JFIF), 'damaged header'],
  ])('refuses %s', (_, input, message) => {
    expect(refusal(input)).toContain('image_invalid: ')
    expect(refusal(input)).toContain(message)
  })

  it('answers or refuses whatever it is given, and soon', () => {
    const begins = [pngHeader(1, 1).subarray(0, 16), bytes(0xff, 0xd8, 0xff), webp('VP8X'), webp('VP8L')]
    fc.assert(
      fc.property(fc.constantFrom(...begins), fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
        expect(refusal(bytes([...begin], [...rest]))).toMatch(/^(image_invalid|\{)/)
      }),
    )
    const segments = new Uint8Array(2 ** 20).fill(0xff)
    segments.set([0xff, 0xd8, 0xff, 0xe0])
    expect(refusal(segments)).toContain('image_invalid')
  })
})
