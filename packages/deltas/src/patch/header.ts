import { Buffer } from 'node:buffer'
import { digestSchema, tryParseJson } from '@rbee/schema'
import { z } from 'zod'
import { HEADER_MAX_BYTES } from '../limits.ts'
import { unusable } from '../patch-error.ts'

// A patch: MAGIC, the header's length (4 bytes, lowest first), the header as JSON, a block that describes executables, and
// segments of four blocks each. A block: its raw length and its compressed length (4 bytes each), and one zstd frame.

/** "rbee", "patch", version 1, and a byte that no text holds. */
const MAGIC = Buffer.from('rbeepat1\0', 'latin1')

const archiveSchema = z.strictObject({
  /** Of the uncompressed tar. */
  digest: digestSchema,
  size: z
    .number()
    .int()
    .min(1)
    .max(2 ** 40),
})
const headerSchema = z.strictObject({ base: archiveSchema, target: archiveSchema })

/** Which archive a patch makes of which. */
export type PatchHeader = z.infer<typeof headerSchema>

export function encodeHeader(header: PatchHeader): Uint8Array {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([MAGIC, length, json])
}

/**
 * Says which archives a patch is for. Fails with `patch_invalid`.
 *
 * @param take hands out the next bytes of the patch.
 */
export async function readPatchHeader(take: (length: number) => Promise<Uint8Array>): Promise<PatchHeader> {
  const magic = await take(MAGIC.length)
  if (!MAGIC.equals(magic)) throw unusable('it is of no known format')
  const length = Buffer.from(await take(4))
  if (length.length < 4) throw unusable('it ends too early')
  const size = length.readUInt32LE()
  if (size > HEADER_MAX_BYTES) throw unusable('its header is too long')
  const json = tryParseJson(Buffer.from(await take(size)).toString('utf8'))
  const { data, error } = headerSchema.safeParse(json)
  if (data === undefined) throw unusable('its header is not valid', error)
  return data
}
