import { RbeeError } from '@rbee/schema'
import { type ArchiveLimits, broken, type EntryClaim } from './archive-rules.ts'
import {
  isZero,
  type PaxFields,
  parseGnuLongName,
  parsePax,
  parseTarHeader,
  TAR_BLOCK_BYTES,
  type TarHeader,
} from './tar-header.ts'

/** What a tar archive says, in its order: an entry, then the bytes of its file. */
type TarEvent =
  | { readonly kind: 'entry'; readonly claim: EntryClaim }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }

/** Takes the bytes of a tar archive piece by piece. */
export interface TarReader {
  /** The events of one piece. Fails with `archive_invalid` or `archive_too_large`. */
  push(bytes: Uint8Array): Generator<TarEvent>
  /** Fails where the archive is not complete. */
  finish(): void
  /** Bytes taken so far. */
  readonly size: number
}

/** Extended headers and long names hold one path and a few times and owners. */
const EXTENSION_MAX_BYTES = 64 * 1024

type State =
  | { readonly at: 'header' }
  | { readonly at: 'extension'; readonly header: TarHeader }
  | { readonly at: 'data'; readonly left: number; readonly padding: number }
  | { readonly at: 'padding'; readonly left: number }
  /** Behind the first block of zeros only zeros may follow: readers differ in what they make of anything else. */
  | { readonly at: 'end' }

/**
 * Reads ustar, pax and GNU tar, strictly: of every archive that it accepts, all tar programs extract the same files.
 * General readers skip blocks of zeros, cut names at a NUL, repair wrong UTF-8 and let the last of two headers win; each
 * of those lets an archive pass an inspection and then extract as something else.
 */
export function createTarReader(limits: Pick<ArchiveLimits, 'maxUnpackedBytes'>): TarReader {
  let state: State = { at: 'header' }
  let size = 0
  /** Sizes that the headers state: a file that is too large is refused before its bytes come. */
  let stated = 0
  const block = createCollector()
  const extension = createExtension()

  /** Takes one complete header block. */
  const readHeader = (bytes: Uint8Array): EntryClaim | null => {
    if (isZero(bytes)) {
      extension.expectNone()
      state = { at: 'end' }
      return null
    }
    const header = parseTarHeader(bytes)
    if (header.kind !== 'file' && header.kind !== 'directory') {
      if (header.size === 0 || header.size > EXTENSION_MAX_BYTES) {
        throw broken(null, 'tar_format', `has an extended header of ${header.size} bytes`)
      }
      state = { at: 'extension', header }
      return null
    }
    const name = plainName(extension.take(header), header.kind)
    stated += header.size
    if (stated > limits.maxUnpackedBytes) throw tooLarge(limits.maxUnpackedBytes)
    state = afterHeader(header.size)
    // The folder that was packed stands for itself in archives made with `tar -C folder .`.
    if (name === '') return null
    return { name, type: header.kind, size: header.size, mode: header.mode }
  }

  return {
    *push(bytes) {
      size += bytes.length
      if (size > limits.maxUnpackedBytes) throw tooLarge(limits.maxUnpackedBytes)
      let rest = bytes
      while (rest.length > 0) {
        switch (state.at) {
          case 'header': {
            const collected = block.take(rest, TAR_BLOCK_BYTES)
            rest = collected.rest
            if (collected.whole === null) break
            const claim = readHeader(collected.whole)
            if (claim !== null) yield { kind: 'entry', claim }
            break
          }
          case 'extension': {
            const { header }: { header: TarHeader } = state
            const collected = block.take(rest, header.size + paddingOf(header.size))
            rest = collected.rest
            if (collected.whole === null) break
            extension.add(header, collected.whole.subarray(0, header.size))
            state = { at: 'header' }
            break
          }
          case 'data': {
            const part: Uint8Array = rest.subarray(0, state.left)
            rest = rest.subarray(part.length)
            const left: number = state.left - part.length
            state = left > 0 ? { ...state, left } : afterData(state.padding)
            yield { kind: 'data', bytes: part }
            break
          }
          case 'padding': {
            const skipped = Math.min(state.left, rest.length)
            rest = rest.subarray(skipped)
            state = afterData(state.left - skipped)
            break
          }
          case 'end':
            if (!isZero(rest)) throw broken(null, 'trailing_data', 'stands behind the end of the archive')
            return
        }
      }
    },
    finish() {
      if (state.at !== 'end') throw broken(null, 'truncated', 'is cut off: the end of the archive is missing')
    },
    get size() {
      return size
    },
  }
}

function afterHeader(size: number): State {
  return size > 0 ? { at: 'data', left: size, padding: paddingOf(size) } : { at: 'header' }
}

function afterData(padding: number): State {
  return padding > 0 ? { at: 'padding', left: padding } : { at: 'header' }
}

function paddingOf(size: number): number {
  return (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES
}

/** Puts together what is spread over several pieces. */
function createCollector() {
  let parts: Uint8Array[] = []
  let collected = 0
  return {
    take(bytes: Uint8Array, wanted: number): { whole: Uint8Array | null; rest: Uint8Array } {
      const part = bytes.subarray(0, wanted - collected)
      const rest = bytes.subarray(part.length)
      collected += part.length
      if (collected < wanted) {
        // Copied, because the memory of a piece is the source's again when the next one comes.
        parts.push(part.slice())
        return { whole: null, rest }
      }
      const whole = parts.length === 0 ? part : concatenate([...parts, part], wanted)
      parts = []
      collected = 0
      return { whole, rest }
    },
  }
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Holds what extended headers say about the entry that follows them; one header of one kind for one entry. */
function createExtension() {
  let longName: string | null = null
  let pax: PaxFields | null = null
  const expectNone = () => {
    if (longName !== null || pax !== null) throw broken(longName, 'tar_format', 'has two extended headers')
  }
  return {
    expectNone,
    add(header: TarHeader, body: Uint8Array): void {
      if (header.kind === 'pax-global') parsePax(body, true)
      else {
        expectNone()
        if (header.kind === 'pax') pax = parsePax(body, false)
        else longName = parseGnuLongName(body)
      }
    },
    /** The name of the entry that the extended headers before it belong to. */
    take(header: TarHeader): string {
      const name = longName ?? pax?.path ?? header.name
      if (pax?.size != null && pax.size !== header.size) {
        throw broken(name, 'tar_format', 'states two sizes')
      }
      longName = null
      pax = null
      return name
    },
  }
}

/** Takes away what tar programs add to names: `./` in front, and `/` behind a folder's. */
function plainName(name: string, kind: 'file' | 'directory'): string {
  const inner = name.startsWith('./') ? name.slice(2) : name
  if (kind === 'file') {
    if (inner === '') throw broken(name, 'empty_segment', 'is not the name of a file')
    return inner
  }
  if (name === '' || name === '/') throw broken(name, 'empty_segment', 'is not the name of a folder')
  if (name === '.') return ''
  return inner.endsWith('/') ? inner.slice(0, -1) : inner
}

function tooLarge(limit: number): RbeeError {
  return new RbeeError('archive_too_large', `the archive is larger than ${limit} bytes when unpacked`, {
    details: { limit },
  })
}
