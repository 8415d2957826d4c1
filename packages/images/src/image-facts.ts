import {
  IMAGE_MAX_SIDE,
  type ImageFacts,
  type ImageMediaType,
  imageFactsSchema,
  RbeeError,
} from '@rbee/schema'
import { JPG } from 'image-size/types/jpg'
import { PNG } from 'image-size/types/png'
import { WEBP } from 'image-size/types/webp'

interface Format {
  readonly mediaType: ImageMediaType
  /** How the bytes begin; null stands for any byte. */
  readonly begin: readonly (number | null)[]
  /** Bytes that the header takes; of fewer, a size would be read that is not there. */
  readonly headerBytes: number
  readonly sizeOf: (bytes: Uint8Array) => Size
}

interface Size {
  readonly width: number
  readonly height: number
  /** As EXIF numbers it: from 5 on, width and height change places. */
  readonly orientation?: number
}

/** Signature and first chunk, with the length that the chunk has by the standard (PNG, third edition, 11.2.1). */
const PNG_BEGIN = [
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...[0x00, 0x00, 0x00, 0x0d],
  ...ascii('IHDR'),
]

const FORMATS: readonly Format[] = [
  { mediaType: 'image/png', begin: PNG_BEGIN, headerBytes: 33, sizeOf: PNG.calculate },
  { mediaType: 'image/jpeg', begin: [0xff, 0xd8, 0xff], headerBytes: 4, sizeOf: JPG.calculate },
  {
    mediaType: 'image/webp',
    begin: [...ascii('RIFF'), null, null, null, null, ...ascii('WEBPVP8')],
    headerBytes: 30,
    sizeOf: WEBP.calculate,
  },
]

/**
 * What kind of picture bytes are and how large it is shown, by its header alone: nothing is decoded. A file that is also
 * something else, a script or an archive, is what its begin says, and has to be served as that.
 *
 * @throws RbeeError `image_invalid` for what is no PNG, JPEG or WebP, or is too large to be shown.
 */
export function readImageFacts(bytes: Uint8Array): ImageFacts {
  const format = FORMATS.find(({ begin }) => begin.every((byte, at) => byte === null || bytes[at] === byte))
  if (format === undefined) throw unusable('is not a PNG, JPEG or WebP picture')
  const { width, height } = shownSize(readSize(format, bytes))
  const facts = imageFactsSchema.safeParse({ media_type: format.mediaType, width, height })
  if (facts.success) return facts.data
  if (!(width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE)) throw unusable('states no size')
  throw unusable(
    `has ${width} × ${height} pixels; at most ${IMAGE_MAX_SIDE} × ${IMAGE_MAX_SIDE} are shown`,
    'make it smaller',
  )
}

function readSize({ headerBytes, sizeOf }: Format, bytes: Uint8Array): Size {
  if (bytes.length < headerBytes) throw unusable('has a damaged header')
  try {
    return sizeOf(bytes)
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    throw unusable('has a damaged header')
  }
}

function shownSize({ width, height, orientation = 1 }: Size): Pick<Size, 'width' | 'height'> {
  return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height }
}

function unusable(why: string, next = 'save it as PNG, JPEG or WebP'): RbeeError {
  return new RbeeError('image_invalid', `The file ${why}`, { next })
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0))
}
