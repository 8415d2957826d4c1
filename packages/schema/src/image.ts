import { z } from 'zod'
import { sha256Schema } from './ids.ts'

/** Types that every browser shows and none runs anything of: an SVG is a document with scripts. */
export const IMAGE_MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const
export type ImageMediaType = (typeof IMAGE_MEDIA_TYPES)[number]

/** In bytes, of one picture. */
export const IMAGE_MAX_BYTES = 2 ** 20
/** In pixels, of width and height: what a browser decodes takes four bytes for each. */
export const IMAGE_MAX_SIDE = 4096
/** Pictures that one entry of a catalog may bring. */
export const ENTRY_IMAGES_MAX = 5

const side = z.number().int().min(1).max(IMAGE_MAX_SIDE)

/** What the header of a picture says, as it is shown: turned where it says so. */
export const imageFactsSchema = z.object({
  media_type: z.enum(IMAGE_MEDIA_TYPES),
  width: side,
  height: side,
})
export type ImageFacts = z.infer<typeof imageFactsSchema>

/** A picture of a worker's folder, whose bytes are sent apart. */
export const entryScreenshotSchema = imageFactsSchema.extend({
  /** As `screenshots[].url` of the manifest names it. */
  path: z.string().min(1).max(300),
  sha256: sha256Schema,
})
export type EntryScreenshot = z.infer<typeof entryScreenshotSchema>

/** A picture that this registry serves. */
export const servedImageSchema = imageFactsSchema.extend({
  url: z.string().describe('Relative to the registry; the bytes there never change'),
})

/** Answer of `PUT /v1/catalog/images/:sha256`. */
export const storedImageSchema = servedImageSchema.extend({ sha256: sha256Schema })
export type StoredImage = z.infer<typeof storedImageSchema>
