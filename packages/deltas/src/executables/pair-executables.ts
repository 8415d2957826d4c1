import { lastAtMost } from '../bytes/last-at-most.ts'
import type { Match } from '../matching/match.ts'
import { type ElfFile, type ElfSection, findElfFiles } from './elf-file.ts'
import type { Executable, Moved, Section } from './layout.ts'

/** A shorter match is as likely chance, and says nothing about where something moved. */
const TELLING_BYTES = 32
/** Larger addresses are not those of programs, and not exact in calculations. */
const ADDRESS_MAX = 2 ** 47
/** What memory without bytes of the file may take behind the sections, in bytes. */
const ZEROED_MAX_BYTES = 4 * 2 ** 20

const offsetOf = (entry: { readonly offset: number }) => entry.offset

/** Finds the executables of the base that live on in the target, and where their parts moved. */
export function pairExecutables(
  base: Uint8Array,
  target: Uint8Array,
  matches: readonly Match[],
): Executable[] {
  const before = findElfFiles(base)
  const after = findElfFiles(target)
  if (before.length === 0 || after.length === 0) return []
  const byFile = new Map<ElfFile, Match[]>()
  for (const match of matches) {
    const file = fileAt(before, match.base)
    if (file === null || match.length < TELLING_BYTES) continue
    const list = byFile.get(file) ?? []
    list.push(match)
    byFile.set(file, list)
  }
  return before.flatMap((file) => {
    const own = byFile.get(file) ?? []
    const successor = successorOf(own, after)
    return successor === null ? [] : [describe(file, successor, own)]
  })
}

function fileAt(files: readonly ElfFile[], offset: number): ElfFile | null {
  const file = files[lastAtMost(files, offsetOf, offset)]
  return file !== undefined && offset < file.offset + file.size ? file : null
}

/** The file that holds most of what the matches lead to. */
function successorOf(matches: readonly Match[], files: readonly ElfFile[]): ElfFile | null {
  const shares = new Map<ElfFile, number>()
  for (const { target, length } of matches) {
    const file = fileAt(files, target)
    if (file !== null) shares.set(file, (shares.get(file) ?? 0) + length)
  }
  const [largest] = [...shares].toSorted(([, a], [, b]) => b - a)
  return largest?.[0] ?? null
}

function describe(file: ElfFile, successor: ElfFile, matches: readonly Match[]): Executable {
  const inMemory = file.sections.flatMap(({ address, size }) =>
    address === null || address > ADDRESS_MAX ? [] : [{ address, size }],
  )
  const from = Math.min(...inMemory.map(({ address }) => address))
  const end = Math.max(...inMemory.map(({ address, size }) => address + size))
  const isKnown = inMemory.length > 0
  return {
    sections: file.sections.map((section) => describeSection(section, file, successor)),
    placed: successor.sections.flatMap(({ offset, size, address }) =>
      address === null || address > ADDRESS_MAX ? [] : [{ offset, size, address }],
    ),
    moved: movesWithin(matches, successor),
    zeroed: file.zeroed > 0 && successor.zeroed > 0 ? [file.zeroed, successor.zeroed] : [0, 0],
    addresses: isKnown ? [from, Math.max(end, file.zeroed + ZEROED_MAX_BYTES)] : [0, 0],
  }
}

function describeSection(section: ElfSection, file: ElfFile, successor: ElfFile): Section {
  const { kind, offset, size } = section
  const address = section.address !== null && section.address > ADDRESS_MAX ? null : section.address
  const plain: Section = { kind: 'plain', offset, size, address, origin: [0, 0] }
  const twin = successor.sections.find(({ name }) => name === section.name)
  switch (kind) {
    case 'plain':
    case 'words':
    case 'x86-64':
    case 'code-relative':
      return { ...plain, kind }
    case 'own-relative':
      return address === null || twin?.address == null
        ? plain
        : { ...plain, kind, origin: [address, twin.address] }
    case 'symbols': {
      const texts = file.sections.find(({ index }) => index === section.texts)
      const twinTexts = successor.sections.find(({ index }) => index === twin?.texts)
      return texts === undefined || twinTexts === undefined
        ? plain
        : { ...plain, kind, origin: [texts.offset, twinTexts.offset] }
    }
  }
}

interface Stretch {
  readonly begin: number
  end: number
  readonly distance: number
  length: number
}

/** Where the parts of a file moved to: of several matches that overlap in the base, the longest tells. */
function movesWithin(matches: readonly Match[], successor: ElfFile): Moved[] {
  const inside = matches
    .filter(({ target }) => target >= successor.offset && target < successor.offset + successor.size)
    .toSorted((a, b) => a.base - b.base)
  const stretches: Stretch[] = []
  for (const match of inside) {
    const distance = match.target - match.base
    const end = match.base + match.length
    const begin = makeRoom(stretches, match)
    if (begin >= end) continue
    const last = stretches.at(-1)
    if (last?.distance === distance) {
      last.end = end
      last.length += match.length
    } else stretches.push({ begin, end, distance, length: match.length })
  }
  return stretches.map(({ begin, distance }) => ({ offset: begin, distance }))
}

/** Cuts the stretches that a match overlaps and outweighs; returns where the match itself may begin. */
function makeRoom(stretches: Stretch[], match: Match): number {
  for (;;) {
    const last = stretches.at(-1)
    if (last === undefined || match.base >= last.end) return match.base
    if (match.length <= last.length) return last.end
    if (last.begin < match.base) {
      last.end = match.base
      return match.base
    }
    stretches.pop()
  }
}
