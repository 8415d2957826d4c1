// A bundle is a tar that has one way to be written: what its index names decides every byte of it. So a reader needs to parse no
// header; it compares. Fields of a header block: POSIX.1-2017, pax utility, "ustar Interchange Format".

const BLOCK_BYTES = 512
/** Two empty blocks. */
export const END = Buffer.alloc(2 * BLOCK_BYTES)
/** What 11 octal digits state; beyond it GNU tar's base-256 numbers are written, which every tar of today reads. */
const OCTAL_MAX = 8 ** 11 - 1
/** 1980-01-01, as in archives of workers. */
const TIME = 315_532_800

/** The block before a file of a bundle. */
export function headerOf(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(name, 0, 100, 'latin1')
  block.write('0000644\0', 100, 'latin1')
  block.write('0000000\x000000000\0', 108, 'latin1')
  if (size <= OCTAL_MAX) block.write(`${octal(size, 11)}\0`, 124, 'latin1')
  else {
    block.writeUInt8(0x80, 124)
    block.writeBigUInt64BE(BigInt(size), 128)
  }
  block.write(`${octal(TIME, 11)}\0`, 136, 'latin1')
  block.write('0', 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return block
}

/** The size that a header states, of which nothing is believed yet; null where it states none that a first file may have. */
export function statedSize(block: Buffer): number | null {
  const digits = block.toString('latin1', 124, 135)
  return /^[0-7]{11}$/.test(digits) ? Number.parseInt(digits, 8) : null
}

export const HEADER_BYTES = BLOCK_BYTES

/** Zeros behind a file of this size. */
export function paddingOf(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES)
}

/** What a file takes, its header included. */
export function spaceOf(size: number): number {
  return BLOCK_BYTES + size + paddingOf(size).length
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
