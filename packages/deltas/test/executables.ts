/** A pseudo-random number from 0 to 1 at every call, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const CODE_ADDRESS = 0x1000
const HEADER_BYTES = 64
const PADDED_BYTES = 512

/**
 * An archive with one executable of many functions that call each other. `inserted` makes one function in the middle that
 * many bytes longer, so that everything behind it, and what leads there, moves.
 */
export function anExecutable(inserted: number, functions = 400): Uint8Array {
  const random = seeded(7)
  const sizes = Array.from({ length: functions }, () => 60 + Math.floor(random() * 200))
  const bodies = sizes.map((size) =>
    Uint8Array.from({ length: size }, () => 0x10 + Math.floor(random() * 0x60)),
  )
  const calls = sizes.map((size) =>
    Array.from({ length: Math.floor(size / 24) }, (_, index) => ({
      at: index * 24 + 4,
      to: Math.floor(random() * functions),
    })),
  )
  const middle = Math.floor(functions / 2)
  const starts: number[] = []
  let length = 0
  for (const [index, size] of sizes.entries()) {
    starts.push(length)
    length += size + (index === middle ? inserted : 0)
  }
  const code = Buffer.alloc(length, 0x90)
  for (const [index, body] of bodies.entries()) {
    const start = starts[index] ?? 0
    code.set(body, start)
    for (const { at, to } of calls[index] ?? []) {
      code[start + at] = 0xe8
      code.writeInt32LE((starts[to] ?? 0) - (start + at + 5), start + at + 1)
    }
  }
  const words = Buffer.alloc(starts.length * 8)
  for (const [index, start] of starts.entries())
    words.writeBigUInt64LE(BigInt(CODE_ADDRESS + start), index * 8)
  return tarLike(elf(code, words))
}

/** A header block and the file, as in a tar archive; nothing here reads the header. */
function tarLike(file: Buffer): Uint8Array {
  const padding = (PADDED_BYTES - (file.length % PADDED_BYTES)) % PADDED_BYTES
  // Not as a Buffer, whose slice() is a view where everybody else's is a copy.
  return new Uint8Array(Buffer.concat([Buffer.alloc(PADDED_BYTES, 'h'), file, Buffer.alloc(padding + 1024)]))
}

function elf(code: Buffer, words: Buffer): Buffer {
  const names = Buffer.from('\0.text\0.data\0.shstrtab\0')
  const offsets = { code: HEADER_BYTES, words: 0, names: 0, table: 0 }
  offsets.words = offsets.code + code.length
  offsets.names = offsets.words + words.length
  offsets.table = offsets.names + names.length
  const dataAddress = CODE_ADDRESS + Math.ceil(code.length / 4096) * 4096
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(62, 18)
  header.writeBigUInt64LE(BigInt(offsets.table), 40)
  header.writeUInt16LE(4, 60)
  header.writeUInt16LE(3, 62)
  return Buffer.concat([
    header,
    code,
    words,
    names,
    Buffer.alloc(64),
    section(1, 1, 6, CODE_ADDRESS, offsets.code, code.length),
    section(7, 1, 3, dataAddress, offsets.words, words.length),
    section(13, 3, 0, 0, offsets.names, names.length),
  ])
}

function section(
  name: number,
  type: number,
  flags: number,
  address: number,
  offset: number,
  size: number,
): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.writeUInt32LE(name)
  bytes.writeUInt32LE(type, 4)
  bytes.writeBigUInt64LE(BigInt(flags), 8)
  bytes.writeBigUInt64LE(BigInt(address), 16)
  bytes.writeBigUInt64LE(BigInt(offset), 24)
  bytes.writeBigUInt64LE(BigInt(size), 32)
  return bytes
}
