import { ARCHIVE_MAX_ENTRIES, ARCHIVE_MAX_UNPACKED_BYTES, RbeeError } from '@rbee/schema'

/** Limits of one archive; smaller ones are for tests and for callers that know more. */
export interface ArchiveLimits {
  readonly maxEntries: number
  /** Of the uncompressed tar, in bytes. */
  readonly maxUnpackedBytes: number
}
export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: ARCHIVE_MAX_ENTRIES,
  maxUnpackedBytes: ARCHIVE_MAX_UNPACKED_BYTES,
}

/** A file or folder of an archive, after the rules were applied. */
export interface ArchiveEntry {
  /** Relative, with forward slashes, in Unicode's NFC, without a slash at the end. */
  readonly name: string
  readonly type: 'file' | 'directory'
  /** In bytes; 0 for a folder. */
  readonly size: number
  /** Whether people may run it: mode 755 rather than 644. */
  readonly executable: boolean
}

/** An entry as a tar header or a file system states it. */
export interface EntryClaim {
  readonly name: string
  readonly type: 'file' | 'directory'
  readonly size: number
  /** The lowest twelve bits of the mode. */
  readonly mode: number
}

/** The rule that an entry broke; stands in the error's details. */
export type ArchiveRule =
  | 'absolute_path'
  | 'parent_path'
  | 'empty_segment'
  | 'not_utf8'
  | 'not_normalized'
  | 'forbidden_character'
  | 'reserved_name'
  | 'name_too_long'
  | 'too_deep'
  | 'duplicate'
  | 'name_clash'
  | 'file_as_folder'
  | 'entry_type'
  | 'special_mode'
  | 'link'
  | 'tar_format'
  | 'truncated'
  | 'trailing_data'
  | 'too_many_entries'
  | 'no_program'

const NAME_MAX_BYTES = 512
/** The longest file name that ext4, APFS and NTFS take. */
const SEGMENT_MAX_BYTES = 255
const DEPTH_MAX = 32
/** The registry keeps the names of all programs. */
const PROGRAMS_MAX = 256
const SPECIAL_BITS = 0o7000
const EXECUTE_BITS = 0o111

/**
 * What Windows keeps for devices, with any extension; the superscript digits count as digits there.
 * Source: "Naming Files, Paths, and Namespaces" of the Win32 documentation.
 */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i
const WINDOWS_FORBIDDEN = /[<>:"|?*\\]/
/** Control, bidirectional and invisible characters: a name would read differently from what it holds. */
const UNREADABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/

/** Judges the entries of one archive, one after the other. */
export interface ArchiveRules {
  /** Fails with `archive_invalid` (details: `entry`, `rule`), or gives the entry in its accepted form. */
  accept(claim: EntryClaim): ArchiveEntry
  /**
   * Judges the archive as a whole.
   *
   * @returns file names of the programs directly inside `bin/`, sorted, `.exe` included.
   */
  finish(): string[]
  readonly entries: number
}

/** The one place with the rules for what an archive may hold. Packing, inspecting and extracting all apply them. */
export function createArchiveRules(limits: ArchiveLimits = ARCHIVE_LIMITS): ArchiveRules {
  /** What stands under each name, by the name's folded form. */
  const seen = new Map<string, { name: string; type: 'file' | 'directory'; implied: boolean }>()
  const programs: string[] = []
  let entries = 0

  const claimName = (name: string, type: 'file' | 'directory', implied: boolean, culprit: string) => {
    const key = foldName(name)
    const known = seen.get(key)
    if (known === undefined) {
      seen.set(key, { name, type, implied })
      return
    }
    if (known.name !== name) {
      throw broken(culprit, 'name_clash', `cannot stand beside ${quoteName(known.name)} on every system`)
    }
    if (known.type !== type) throw broken(culprit, 'file_as_folder', `${quoteName(name)} is a file`)
    if (implied) return
    if (!known.implied) throw broken(culprit, 'duplicate', 'stands in the archive twice')
    known.implied = false
  }

  return {
    accept(claim) {
      entries += 1
      if (entries > limits.maxEntries) {
        throw broken(claim.name, 'too_many_entries', `an archive holds at most ${limits.maxEntries} entries`)
      }
      const segments = checkName(claim.name)
      if ((claim.mode & SPECIAL_BITS) !== 0) {
        throw broken(claim.name, 'special_mode', 'has a setuid, setgid or sticky bit')
      }
      for (let depth = 1; depth < segments.length; depth += 1) {
        claimName(segments.slice(0, depth).join('/'), 'directory', true, claim.name)
      }
      claimName(claim.name, claim.type, false, claim.name)
      // Windows has no such bit: there the extension says it.
      const executable =
        claim.type === 'directory' ||
        (claim.mode & EXECUTE_BITS) !== 0 ||
        claim.name.toLowerCase().endsWith('.exe')
      if (claim.type === 'file' && segments.length === 2 && segments[0] === 'bin' && segments[1]) {
        if (executable) programs.push(segments[1])
        if (programs.length > PROGRAMS_MAX) {
          throw broken(claim.name, 'too_many_entries', `is one of more than ${PROGRAMS_MAX} programs in bin/`)
        }
      }
      return { name: claim.name, type: claim.type, size: claim.size, executable }
    },
    finish() {
      if (programs.length === 0) {
        const rule: ArchiveRule = 'no_program'
        throw new RbeeError('archive_invalid', 'the archive has no executable file bin/<program>', {
          next: 'put the program into bin/ and make it executable (chmod +x)',
          details: { entry: null, rule },
        })
      }
      return programs.toSorted()
    },
    get entries() {
      return entries
    },
  }
}

function checkName(name: string): string[] {
  const refuse = (rule: ArchiveRule, why: string) => broken(name, rule, why)
  if (!name.isWellFormed() || name.includes('\ufffd')) throw refuse('not_utf8', 'is not UTF-8')
  if (byteLength(name) > NAME_MAX_BYTES)
    throw refuse('name_too_long', `is longer than ${NAME_MAX_BYTES} bytes`)
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) throw refuse('absolute_path', 'is an absolute path')
  if (UNREADABLE.test(name)) throw refuse('forbidden_character', 'holds an unreadable character')
  if (WINDOWS_FORBIDDEN.test(name)) {
    throw refuse('forbidden_character', 'holds one of < > : " | ? * \\, which Windows refuses')
  }
  if (name.normalize('NFC') !== name) throw refuse('not_normalized', 'is not in Unicode normal form C')
  const segments = name.split('/')
  if (segments.length > DEPTH_MAX) throw refuse('too_deep', `lies deeper than ${DEPTH_MAX} folders`)
  for (const segment of segments) {
    if (segment === '' || segment === '.') throw refuse('empty_segment', 'has an empty part')
    if (segment === '..') throw refuse('parent_path', 'leads out of the archive')
    if (byteLength(segment) > SEGMENT_MAX_BYTES) {
      throw refuse('name_too_long', `has a part longer than ${SEGMENT_MAX_BYTES} bytes`)
    }
    if (WINDOWS_DEVICE.test(segment)) throw refuse('reserved_name', 'is a device on Windows')
    if (/[. ]$/.test(segment)) throw refuse('reserved_name', 'has a part that ends with a dot or a blank')
  }
  return segments
}

/** Names with equal folded forms are one file on some file system: APFS and NTFS ignore case, HFS+ normalises. */
function foldName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

const encoder = new TextEncoder()
function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** The error of an entry that breaks a rule; `entry` is null where the name is not known. */
export function broken(entry: string | null, rule: ArchiveRule, why: string, cause?: unknown): RbeeError {
  const quoted = entry === null ? null : quoteName(entry)
  return new RbeeError('archive_invalid', `${quoted ?? 'an entry of the archive'} ${why}`, {
    details: { entry: quoted, rule },
    cause,
  })
}

/** A hostile name as it may stand in a message: short, on one line, with nothing invisible. */
export function quoteName(name: string): string {
  const text = name.length > 160 ? `${name.slice(0, 160)}…` : name
  return JSON.stringify(text.toWellFormed()).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
