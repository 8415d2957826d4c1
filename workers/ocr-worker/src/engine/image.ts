import { RequestError } from '@rbee/worker-sdk/engine'
import sharp from 'sharp'

/** Larger images are refused before they are decoded, in pixels: a few bytes can claim any size. */
const MAX_PIXELS = 64_000_000
/**
 * Larger images are made smaller, in pixels: time and memory grow with them (about 2 s and 0.8 GiB at this size), and a
 * page of A4 at this size still has letters 15 pixels high.
 */
const MAX_READ_PIXELS = 1_500_000
/** The detector takes sides that are multiples of this. */
const SIDE_STEP = 32

/** An image as the reader takes it. */
export interface PreparedImage {
  /** PNG; its sides are multiples of {@link SIDE_STEP}. */
  readonly png: Buffer
  /** Multiplies the reader's coordinates to give those of the image that was sent (as it is shown, turned by EXIF). */
  readonly scale: number
  /** Size of the image that was sent, as it is shown. */
  readonly width: number
  readonly height: number
}

/**
 * Decodes a PNG or JPEG image, on white.
 *
 * @throws {RequestError} `invalid_image` for other formats, damaged and too large images.
 */
export async function prepareImage(bytes: Uint8Array): Promise<PreparedImage> {
  // The decoder knows formats that run code or read files (SVG, PDF); only these two may reach it.
  if (!isPng(bytes) && !isJpeg(bytes))
    throw new RequestError('invalid_image', 'The image must be PNG or JPEG.')
  try {
    return await decode(bytes)
  } catch (cause) {
    throw new RequestError('invalid_image', 'The image cannot be decoded: it is damaged or too large.', {
      cause,
    })
  }
}

async function decode(bytes: Uint8Array): Promise<PreparedImage> {
  const source = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' }).rotate().flatten(WHITE)
  const { data, info } = await source.raw().toBuffer({ resolveWithObject: true })
  const scale = Math.max(1, Math.sqrt((info.width * info.height) / MAX_READ_PIXELS))
  const width = Math.max(1, Math.round(info.width / scale))
  const height = Math.max(1, Math.round(info.height / scale))
  const { channels } = info
  const png = await sharp(data, { raw: { width: info.width, height: info.height, channels } })
    .resize(width, height, { fit: 'fill' })
    .extend({ right: missing(width), bottom: missing(height), ...WHITE })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer()
  return { png, scale, width: info.width, height: info.height }
}

const WHITE = { background: '#ffffff' } as const

function missing(side: number): number {
  return Math.ceil(side / SIDE_STEP) * SIDE_STEP - side
}

/** PNG specification, section 5.2. */
function isPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).equals(Buffer.from('89504e470d0a1a0a', 'hex'))
}

/** Start of image and the first byte of the next marker: ITU-T T.81, annex B. */
function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}
