import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '@rbee/packaging'
import {
  ARCHITECTURES,
  type Architecture,
  type ErrorCode,
  hasCode,
  RbeeError,
  tryParseJson,
} from '@rbee/schema'
import type { BuildEvent, Omission } from '../build-event.ts'
import { writeCompressedTar } from '../files/compressed-tar.ts'
import { REPOSITORY_NAME, type RepositoryLayout } from '../files/layout.ts'
import { contentsOf, putInPlace } from '../files/whole-file.ts'
import type { RegistrySource } from '../offers/registry-source.ts'
import { databaseEntries, type StoredPackage } from './database.ts'
import { makePackage } from './make-package.ts'
import type { PackageOffer } from './package-offer.ts'
import { originOf, type PackageRecord, packageRecordSchema } from './package-record.ts'

const PACKAGE_SUFFIX = '.pkg.tar.zst'
const RECORD_SUFFIX = '.json'

export interface RepositorySurroundings {
  readonly layout: RepositoryLayout
  readonly source: Pick<RegistrySource, 'archive'>
  readonly clock: () => number
  readonly signal?: AbortSignal
  readonly onEvent: (event: BuildEvent) => void
}

/** What a repository came to hold. */
export interface PacmanReport {
  /** Of the packages that are offered, by architecture and file. */
  readonly records: ReadonlyMap<string, PackageRecord>
  /** Made in this run. */
  readonly made: number
  readonly omissions: readonly Omission[]
}

/**
 * Brings a pacman repository up to what is offered: makes the packages that are missing, then replaces the databases, each in
 * one step, and only then removes packages that nobody is told of any more. Interrupted anywhere, the databases that were
 * there before stay right, and packages that were made already are not made again.
 *
 * A package that cannot be made, because its archive is missing or breaks a rule, is left out. Everything that concerns more
 * than one package, such as a full disk or a registry that does not answer, ends the run.
 *
 * @param known what the update before this one knew of packages, by their files: it is believed, where their records would be
 * read from the disk otherwise.
 */
export async function updatePacmanRepository(
  offers: readonly PackageOffer[],
  surroundings: RepositorySurroundings,
  known: ReadonlyMap<string, PackageRecord> = new Map(),
): Promise<PacmanReport> {
  const { layout, onEvent } = surroundings
  await prepareFolders(layout)
  const omissions: Omission[] = []
  const leaveOut = (omission: Omission) => {
    omissions.push(omission)
    onEvent({ kind: 'left-out', omission })
  }
  const wanted = withoutDuplicates(offers, leaveOut)
  const stored = await storedPackages(layout, wanted, known)
  const missing = wanted.filter((offer) => !stored.has(keyOf(offer)))
  let made = 0
  for (const [index, offer] of missing.entries()) {
    const { fileName: file, archive } = offer
    onEvent({ kind: 'packing', file, bytes: archive.size, place: index + 1, of: missing.length })
    try {
      const record = await addPackage(offer, surroundings)
      stored.set(keyOf(offer), { offer, record })
      made += 1
    } catch (error) {
      if (!isOfOnePackage(error)) throw error
      leaveOut({ what: file, code: error.code, reason: error.message })
    }
  }
  // In the order of names again, whichever were made now.
  const packages = wanted.flatMap((offer) => stored.get(keyOf(offer)) ?? [])
  for (const arch of ARCHITECTURES) {
    const own = packages.filter(({ offer }) => offer.arch === arch)
    if (made > 0) await flushFolder(layout.arch(arch))
    await writeDatabases(arch, own, surroundings)
    await removeOthers(layout, arch, own)
  }
  const records = new Map(packages.map(({ offer, record }) => [`${offer.arch}/${offer.fileName}`, record]))
  return { records, made, omissions }
}

async function prepareFolders(layout: RepositoryLayout): Promise<void> {
  for (const arch of ARCHITECTURES) {
    await mkdir(layout.arch(arch), { recursive: true })
    await mkdir(layout.records(arch), { recursive: true })
  }
  await rm(layout.scratch, { recursive: true, force: true })
  await mkdir(layout.scratch, { recursive: true })
}

function keyOf({ arch, name }: PackageOffer): string {
  return `${arch}/${name}`
}

/** A registry sees to it that addresses are different; one that does not must not get one worker into another's place. */
function withoutDuplicates(
  offers: readonly PackageOffer[],
  leaveOut: (omission: Omission) => void,
): PackageOffer[] {
  const byKey = new Map<string, PackageOffer>()
  for (const offer of offers) {
    const known = byKey.get(keyOf(offer))
    if (known === undefined) byKey.set(keyOf(offer), offer)
    else
      leaveOut({
        what: offer.fileName,
        code: 'name_taken',
        reason: `the package ${offer.name} is one of ${known.worker} already, not of ${offer.worker}`,
      })
  }
  return [...byKey.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** What lies there already of what is wanted, in the order of `offers`. */
async function storedPackages(
  layout: RepositoryLayout,
  offers: readonly PackageOffer[],
  known: ReadonlyMap<string, PackageRecord>,
): Promise<Map<string, StoredPackage>> {
  const stored = new Map<string, StoredPackage>()
  for (const offer of offers) {
    const remembered = known.get(`${offer.arch}/${offer.fileName}`)
    const record = remembered?.origin === originOf(offer) ? remembered : await readRecord(layout, offer)
    if (record !== null) stored.set(keyOf(offer), { offer, record })
  }
  return stored
}

/** Null where the package was never made, was made of something else, or is not there any more. */
async function readRecord(layout: RepositoryLayout, offer: PackageOffer): Promise<PackageRecord | null> {
  const text = await contentsOf(recordFile(layout, offer))
  const parsed = text === null ? null : packageRecordSchema.safeParse(tryParseJson(text.toString('utf8')))
  if (!parsed?.success || parsed.data.origin !== originOf(offer)) return null
  return (await sizeOf(packageFile(layout, offer))) === parsed.data.size ? parsed.data : null
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function packageFile(layout: RepositoryLayout, { arch, fileName }: PackageOffer): string {
  return join(layout.arch(arch), fileName)
}

function recordFile(layout: RepositoryLayout, { arch, fileName }: PackageOffer): string {
  return join(layout.records(arch), `${fileName}${RECORD_SUFFIX}`)
}

/** The package first, then the record that says that it is complete. */
async function addPackage(
  offer: PackageOffer,
  { layout, source, clock, signal }: RepositorySurroundings,
): Promise<PackageRecord> {
  const scratch = join(layout.scratch, 'package')
  const place = { source, scratch, signal }
  const record = await makePackage(offer, place, (path) =>
    putInPlace(packageFile(layout, offer), path, clock()),
  )
  // Not flushed: a record that a power cut spoiled is no record, and its package is made again.
  const temporary = join(layout.scratch, 'record')
  await writeFile(temporary, JSON.stringify(record))
  await rename(temporary, recordFile(layout, offer))
  return record
}

/** What is wrong with one archive, or with what is said of it, and with nothing else. */
const OF_ONE_PACKAGE: ReadonlySet<ErrorCode> = new Set([
  'archive_invalid',
  'archive_too_large',
  'digest_mismatch',
  'size_mismatch',
  'blob_not_found',
  'registry_invalid',
])

function isOfOnePackage(error: unknown): error is RbeeError {
  return error instanceof RbeeError && OF_ONE_PACKAGE.has(error.code)
}

/** `rbee.db`, which every client reads, and `rbee.files`, which `pacman -F` reads. */
async function writeDatabases(
  arch: Architecture,
  packages: readonly StoredPackage[],
  { layout, clock, signal }: RepositorySurroundings,
): Promise<void> {
  // Of the packages and not of this moment, so that the same packages give the same database.
  const time = packages.reduce((latest, { offer }) => Math.max(latest, offer.builtAt), 0)
  for (const [suffix, withFiles] of [
    ['files', true],
    ['db', false],
  ] as const) {
    const temporary = join(layout.scratch, `${REPOSITORY_NAME}.${suffix}`)
    const options = { time, level: 'fast', signal } as const
    const written = await writeCompressedTar(temporary, databaseEntries(packages, { withFiles }), options)
    const path = join(layout.arch(arch), `${REPOSITORY_NAME}.${suffix}`)
    if (await isSame(path, temporary, written.size)) continue
    await putInPlace(path, temporary, clock())
    await flushFolder(layout.arch(arch))
  }
}

async function isSame(path: string, other: string, size: number): Promise<boolean> {
  if ((await sizeOf(path)) !== size) return false
  const [before, now] = [await contentsOf(path), await contentsOf(other)]
  return before !== null && now !== null && before.equals(now)
}

/** Takes away packages that the database does not name, and what is remembered of them. */
async function removeOthers(
  layout: RepositoryLayout,
  arch: Architecture,
  packages: readonly StoredPackage[],
): Promise<void> {
  const named = new Set(packages.map(({ offer }) => offer.fileName))
  for (const name of await readdir(layout.arch(arch))) {
    if (name.endsWith(PACKAGE_SUFFIX) && !named.has(name)) await rm(join(layout.arch(arch), name))
  }
  for (const name of await readdir(layout.records(arch))) {
    if (!named.has(name.slice(0, -RECORD_SUFFIX.length))) await rm(join(layout.records(arch), name))
  }
}
