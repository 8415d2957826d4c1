import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { type GitObject, type GitObjectType, gitObject } from './git-object.ts'

// Packs and their indexes: gitformat-pack(5). Objects are stored whole; formulas are short.

const TYPE_NUMBERS = { commit: 1, tree: 2, blob: 3 } as const satisfies Record<GitObjectType, number>
const INDEX_MAGIC = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2])
const ID_BYTES = 20
const FANOUT_BYTES = 256 * 4
/** Objects that are compressed before others get a turn. */
const OBJECTS_AT_ONCE = 200

/** A pack and its index, complete. */
export interface Pack {
  /** `pack-` and the checksum of its bytes. */
  readonly name: string
  readonly pack: Buffer
  readonly index: Buffer
}

interface PackedObject {
  readonly id: Buffer
  readonly offset: number
  readonly crc: number
}

/** @param objects no one twice. */
export async function packOf(objects: readonly GitObject[]): Promise<Pack> {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const parts = [header]
  const packed: PackedObject[] = []
  let offset = header.length
  for (const [index, object] of objects.entries()) {
    if (index % OBJECTS_AT_ONCE === OBJECTS_AT_ONCE - 1) await breathe()
    const bytes = Buffer.concat([objectHeader(object), deflateSync(object.body)])
    packed.push({ id: Buffer.from(object.id, 'hex'), offset, crc: crc32(bytes) })
    parts.push(bytes)
    offset += bytes.length
  }
  const body = Buffer.concat(parts)
  const checksum = createHash('sha1').update(body).digest()
  return {
    name: `pack-${checksum.toString('hex')}`,
    pack: Buffer.concat([body, checksum]),
    index: indexOf(packed, checksum),
  }
}

/** Type and size: four bits of the size in the first byte, seven in each further one, the lowest first. */
function objectHeader({ type, body }: GitObject): Buffer {
  let left = Math.floor(body.length / 16)
  const bytes = [(TYPE_NUMBERS[type] << 4) | (body.length % 16)]
  while (left > 0) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(left % 128)
    left = Math.floor(left / 128)
  }
  return Buffer.from(bytes)
}

/** Version 2: how many ids there are up to each first byte, ids, checksums and offsets of the objects, two checksums. */
function indexOf(objects: readonly PackedObject[], packChecksum: Buffer): Buffer {
  const sorted = objects.toSorted((a, b) => Buffer.compare(a.id, b.id))
  const fanout = Buffer.alloc(FANOUT_BYTES)
  const numbers = Buffer.alloc(sorted.length * 8)
  for (const [index, { id, offset, crc }] of sorted.entries()) {
    for (let byte = id[0] ?? 0; byte < 256; byte += 1) fanout.writeUInt32BE(index + 1, byte * 4)
    numbers.writeUInt32BE(crc, index * 4)
    numbers.writeUInt32BE(offset, (sorted.length + index) * 4)
  }
  const body = Buffer.concat([INDEX_MAGIC, fanout, ...sorted.map(({ id }) => id), numbers, packChecksum])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

/** Where the objects of a pack begin, by their ids; null for an index that is damaged, or not of this pack's form. */
export function readIndex(index: Buffer): ReadonlyMap<string, number> | null {
  const checked = index.subarray(0, -ID_BYTES)
  if (!index.subarray(0, INDEX_MAGIC.length).equals(INDEX_MAGIC)) return null
  if (!createHash('sha1').update(checked).digest().equals(index.subarray(-ID_BYTES))) return null
  const ids = INDEX_MAGIC.length + FANOUT_BYTES
  const count = index.readUInt32BE(ids - 4)
  const offsets = ids + count * (ID_BYTES + 4)
  const found = new Map<string, number>()
  for (let entry = 0; entry < count; entry += 1) {
    const start = ids + entry * ID_BYTES
    found.set(index.toString('hex', start, start + ID_BYTES), index.readUInt32BE(offsets + entry * 4))
  }
  return found
}

/** The object that begins at an offset of a pack; null where there is none that {@link packOf} could have written. */
export function readPacked(pack: Buffer, offset: number): GitObject | null {
  const first = pack[offset] ?? 0
  const type = (Object.keys(TYPE_NUMBERS) as GitObjectType[]).find(
    (name) => TYPE_NUMBERS[name] === ((first >> 4) & 7),
  )
  if (type === undefined) return null
  let start = offset
  while (((pack[start] ?? 0) & 0x80) !== 0) start += 1
  try {
    return gitObject(type, inflateSync(pack.subarray(start + 1)))
  } catch (error) {
    // What zlib refuses has a code such as Z_DATA_ERROR.
    if (error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))) return null
    throw error
  }
}
