import { broken, quoteName } from './archive-rules.ts'

export const TAR_BLOCK_BYTES = 512

// Offsets and lengths of the fields of a header block: POSIX.1-2017, pax utility, "ustar Interchange Format".
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const

type TarHeaderKind = 'file' | 'directory' | 'pax' | 'pax-global' | 'gnu-long-name'

export interface TarHeader {
  readonly kind: TarHeaderKind
  readonly name: string
  readonly size: number
  readonly mode: number
}

/** Reads one header block. Everything that two readers could understand differently is refused. */
export function parseTarHeader(block: Uint8Array): TarHeader {
  const magic = latin1(field(block, 'magic'))
  const isUstar = magic === 'ustar\x0000'
  if (!isUstar && magic !== 'ustar  \0') throw malformed('has a header that is neither ustar nor GNU tar')
  if (parseOctal(field(block, 'checksum')) !== checksumOf(block)) {
    throw malformed('has a header with a wrong checksum')
  }
  const ownName = text(field(block, 'name'))
  // GNU tar keeps times where ustar has the first part of the name.
  const prefix = isUstar ? text(field(block, 'prefix')) : ''
  const name = prefix === '' ? ownName : `${prefix}/${ownName}`
  const kind = kindOf(block[FIELD.type[0]] ?? 0, name)
  const size = parseOctal(field(block, 'size'))
  const mode = parseOctal(field(block, 'mode'))
  if (size === null || mode === null) throw malformed('has an unreadable number in its header', name)
  if (kind === 'directory' && size !== 0) throw malformed('is a folder with contents', name)
  return { kind, name, size, mode: mode & 0o7777 }
}

function kindOf(type: number, name: string): TarHeaderKind {
  switch (String.fromCharCode(type)) {
    case '0':
    case '\0':
      return 'file'
    case '5':
      return 'directory'
    case 'x':
      return 'pax'
    case 'g':
      return 'pax-global'
    case 'L':
      return 'gnu-long-name'
    case '1':
      throw broken(name, 'link', 'is a hard link')
    case '2':
    case 'K':
      throw broken(name, 'link', 'is a symbolic link')
    case '3':
    case '4':
      throw broken(name, 'entry_type', 'is a device')
    case '6':
      throw broken(name, 'entry_type', 'is a named pipe')
    case 'S':
      throw broken(name, 'entry_type', 'is a sparse file')
    default:
      throw broken(name, 'entry_type', 'is neither a file nor a folder')
  }
}

/**
 * Fields of a pax header that say nothing about where and how long an entry is. Any other but `path` and `size` is
 * refused: extended attributes grant capabilities, `hdrcharset` and `GNU.sparse.*` change what is read.
 */
const HARMLESS_PAX_FIELD =
  /^(?:mtime|atime|ctime|uid|gid|uname|gname|comment|LIBARCHIVE\.creationtime|SCHILY\.(?:dev|ino|nlink))$/

export interface PaxFields {
  readonly path: string | null
  readonly size: number | null
}

/** Reads the records `LENGTH KEY=VALUE\n` of a pax header, strictly. */
export function parsePax(body: Uint8Array, global: boolean): PaxFields {
  let path: string | null = null
  let size: number | null = null
  const seen = new Set<string>()
  for (let start = 0; start < body.length; ) {
    const blank = body.indexOf(0x20, start)
    const digits = blank === -1 || blank - start > 8 ? '' : latin1(body.subarray(start, blank))
    const end = start + Number(digits)
    if (!/^[1-9]\d*$/.test(digits) || end > body.length || body[end - 1] !== 0x0a || end - 1 <= blank) {
      throw malformed('has an extended header with a wrong length')
    }
    const record = text(body.subarray(blank + 1, end - 1))
    const equals = record.indexOf('=')
    if (equals < 1) throw malformed('has an extended header without a key')
    const key = record.slice(0, equals)
    const value = record.slice(equals + 1)
    if (seen.has(key)) throw malformed('has an extended header that names a field twice')
    seen.add(key)
    if (key === 'path' && !global) path = value
    else if (key === 'size' && !global && /^\d{1,15}$/.test(value)) size = Number(value)
    else if (!HARMLESS_PAX_FIELD.test(key))
      throw malformed(`has an extended header with the field ${quoteName(key)}`)
    start = end
  }
  return { path, size }
}

/** Reads the body of GNU tar's long name: the name and one NUL. */
export function parseGnuLongName(body: Uint8Array): string {
  if (body.at(-1) !== 0) throw malformed('has a long name without an end')
  return text(body)
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}

function field(block: Uint8Array, name: keyof typeof FIELD): Uint8Array {
  const [offset, length] = FIELD[name]
  return block.subarray(offset, offset + length)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text up to the first NUL; anything but NULs behind it would be seen by some readers only. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const used = end === -1 ? bytes : bytes.subarray(0, end)
  if (end !== -1 && !isZero(bytes.subarray(end))) {
    throw broken(latin1(used), 'forbidden_character', 'is followed by hidden bytes')
  }
  try {
    return utf8.decode(used)
  } catch (cause) {
    throw broken(latin1(used), 'not_utf8', 'is not UTF-8', cause)
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

/** Octal digits, blanks before and a NUL or blank behind them; null for anything else, base-256 numbers included. */
function parseOctal(bytes: Uint8Array): number | null {
  const match = /^ *([0-7]{1,12})[\0 ]*$/.exec(latin1(bytes))
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 8)
}

/** The sum of all bytes of the block, with blanks in place of the checksum itself. */
function checksumOf(block: Uint8Array): number {
  const [offset, length] = FIELD.checksum
  let sum = 0x20 * length
  for (let index = 0; index < TAR_BLOCK_BYTES; index += 1) {
    if (index < offset || index >= offset + length) sum += block[index] ?? 0
  }
  return sum
}

function malformed(why: string, name: string | null = null) {
  return broken(name, 'tar_format', why)
}
