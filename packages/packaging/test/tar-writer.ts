/** One header block as a hostile author would write it: every field can be given raw. */
export interface RawHeader {
  name?: string | Uint8Array
  mode?: string
  size?: number | string | Uint8Array
  type?: string
  link?: string
  magic?: string
  prefix?: string
  /** In place of the right one. */
  checksum?: string
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')

export function header(raw: RawHeader): Buffer {
  const block = Buffer.alloc(512)
  const put = (value: string | Uint8Array, offset: number, length: number) =>
    block.set((typeof value === 'string' ? Buffer.from(value) : value).subarray(0, length), offset)
  put(raw.name ?? 'bin/tool', 0, 100)
  put(raw.mode ?? '0000755\0', 100, 8)
  put('0000000\0', 108, 8)
  put('0000000\0', 116, 8)
  const size = raw.size ?? 0
  put(typeof size === 'number' ? `${size.toString(8).padStart(11, '0')}\0` : size, 124, 12)
  put('00000000000\0', 136, 12)
  put(raw.type ?? '0', 156, 1)
  put(raw.link ?? '', 157, 100)
  put(latin1(raw.magic ?? 'ustar\x0000'), 257, 8)
  put(raw.prefix ?? '', 345, 155)
  put('        ', 148, 8)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(raw.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 8)
  return block
}

/** A header and its contents, filled up to whole blocks; the size is the contents' unless stated. */
export function entry(raw: RawHeader, contents: string | Uint8Array = ''): Buffer {
  const bytes = typeof contents === 'string' ? Buffer.from(contents) : contents
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return Buffer.concat([header({ size: bytes.length, ...raw }), bytes, padding])
}

/** An extended header of pax with the given records. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  return entry({ name: 'PaxHeader', type }, Object.entries(records).map(paxRecord).join(''))
}

function paxRecord([key, value]: [string, string]): string {
  const body = ` ${key}=${value}\n`
  const length = Buffer.byteLength(body)
  let digits = String(length).length
  while (String(length + digits).length !== digits) digits = String(length + digits).length
  return `${length + digits}${body}`
}

/** A whole archive: the given parts and the end of an archive. */
export function tar(...parts: Uint8Array[]): Buffer {
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

/** The entry that every archive needs. */
export const PROGRAM = entry({ name: 'bin/tool' }, '#!/bin/sh\n')

/** Bytes as a source delivers them, in pieces of the given sizes, over and over. */
export async function* inPieces(
  bytes: Uint8Array,
  sizes: readonly number[] = [65_536],
): AsyncGenerator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    yield bytes.subarray(offset, offset + size)
    offset += size
  }
}
