import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '../../apps/catalog/src/node/settings.ts'
import { createClient, type RegistryClient } from '../../packages/api-client/src/index.ts'
import { inspectArchive } from '../../packages/packaging/src/index.ts'
import { RbeeError, type ReleaseDocument, type WorkerSummary } from '../../packages/schema/src/index.ts'
import { Breach, must, mustEqual } from './breach.ts'
import { logCheck } from './log-check.ts'

/** Checks a catalog that runs; remembers which archives were read, because their names are their digests. */
export interface CatalogCheck {
  /**
   * Everything that is listed is there, right, and what the database and the transparency log hold; everything that was
   * promised is listed.
   * Fails with a `Breach`.
   *
   * @param promised releases that were acknowledged, such as `some-worker 1.0.0`.
   */
  consistent(url: string, promised: ReadonlySet<string>): Promise<void>
  /** The same without the database: everything that is listed is there and right. @returns what is served. */
  served(url: string): Promise<Served>
  /** No upload is under way, and nothing lies where uploads and documents are put together. */
  tidy(): Promise<void>
  /** Reads all archives again. */
  forgetArchives(): void
}

/** What a catalog serves. */
export interface Served {
  /** Releases with binaries, such as `some-worker 1.0.0`. */
  readonly releases: ReadonlySet<string>
  readonly workers: ReadonlySet<string>
}

export function catalogCheck(dataDir: string): CatalogCheck {
  const read = new Set<string>()
  const log = logCheck()
  return {
    async consistent(url, promised) {
      const served = await checkServed(url, read)
      for (const release of promised)
        must(served.releases.has(release), `${release} was acknowledged and is lost`)
      checkRows(dataDir, served)
      await log.check(createClient({ registry: url, fetch }), served.releases)
      await checkStores(dataDir)
    },
    served: (url) => checkServed(url, read),
    async tidy() {
      for (const folder of ['staging', 'temporary'])
        mustEqual(await listFolder(join(dataDir, folder)), [], `what lies in ${folder}/`)
    },
    forgetArchives: () => read.clear(),
  }
}

async function checkServed(url: string, read: Set<string>): Promise<Served> {
  const client = createClient({ registry: url, fetch })
  const summaries = await listAll(client)
  const releases = new Set<string>()
  for (const summary of summaries) {
    for (const release of await listed(() => releasesOf(client, summary))) {
      if (release.distribution.binary_available) releases.add(`${release.worker} ${release.version}`)
      for (const archive of archivesOf(release)) await checkArchive(url, archive, read)
    }
  }
  return { releases, workers: new Set(summaries.map(({ id }) => id)) }
}

/** What is listed must be there, so that its absence is a breach. */
async function listed<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof RbeeError && error.status === 404) throw new Breach(`listed, but: ${error.message}`)
    throw error
  }
}

async function listAll(client: RegistryClient): Promise<WorkerSummary[]> {
  const all: WorkerSummary[] = []
  for (let cursor: string | undefined; ; ) {
    const { workers, total, next_cursor } = await client.listWorkers({ limit: 200, cursor })
    all.push(...workers)
    if (next_cursor !== null) {
      cursor = next_cursor
      continue
    }
    mustEqual(all.length, total, 'the number of listed workers')
    return all
  }
}

/** The releases of a listed worker; its documents must agree with the list. */
async function releasesOf(client: RegistryClient, summary: WorkerSummary): Promise<ReleaseDocument[]> {
  const worker = await client.getWorker(summary.id)
  const { versions, latest } = await client.listVersions(summary.id)
  mustEqual(
    [worker.version, worker.description, latest],
    [summary.version, summary.description, summary.version],
    `version and description of ${summary.id} in its document and in the list`,
  )
  must(versions.includes(summary.version), `${summary.id} is listed as ${summary.version}, which it has not`)
  const releases: ReleaseDocument[] = []
  for (const version of versions) {
    const release = await client.getRelease(summary.id, version)
    mustEqual([release.worker, release.version], [summary.id, version], 'worker and version of a release')
    releases.push(release)
  }
  return releases
}

interface NamedArchive {
  readonly what: string
  readonly format: 'tar.zst' | 'tar.gz'
  readonly checksum: string
  readonly size: number
  readonly digest: string
  readonly unpackedSize: number
  readonly path: string
}

function archivesOf({ worker, version, variants }: ReleaseDocument): NamedArchive[] {
  return variants.flatMap(({ name, artifacts }) =>
    artifacts.flatMap(({ platform, digest, unpacked_size, archives }) =>
      archives.map(({ format, checksum, size, download_url }) => ({
        what: `${worker} ${version} ${platform}/${name}.${format}`,
        format,
        checksum,
        size,
        digest,
        unpackedSize: unpacked_size,
        path: download_url,
      })),
    ),
  )
}

async function checkArchive(url: string, archive: NamedArchive, read: Set<string>): Promise<void> {
  if (read.has(archive.checksum)) return
  const answer = await fetch(new URL(archive.path, url))
  mustEqual(answer.status, 200, `the answer to the download of ${archive.what}`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  mustEqual([bytes.length, checksum], [archive.size, archive.checksum], `size and sum of ${archive.what}`)
  const { digest, unpackedSize } = await inspectArchive(
    (async function* () {
      yield bytes
    })(),
    archive.format,
  )
  mustEqual([digest, unpackedSize], [archive.digest, archive.unpackedSize], `the tar of ${archive.what}`)
  read.add(archive.checksum)
}

/** What is served is what the rows say, and no document waits to be written. */
function checkRows(dataDir: string, { releases, workers }: Served): void {
  using database = new DatabaseSync(databaseFile(dataDir), { readOnly: true })
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]))
  mustEqual(column('select worker from due'), [], 'workers whose documents are due')
  mustEqual(
    column("select worker || ' ' || version from releases order by 1"),
    [...releases].toSorted(),
    'releases in the database and on the server',
  )
  mustEqual(
    column('select worker from releases union select worker from recipes order by 1'),
    [...workers].toSorted(),
    'workers in the database and in the list',
  )
}

/** Every archive that the database knows is stored, and everything that waits in the staging folder belongs to an upload. */
async function checkStores(dataDir: string): Promise<void> {
  using database = new DatabaseSync(databaseFile(dataDir), { readOnly: true })
  for (const { sha256, size } of database.prepare('select sha256, size from blobs').all()) {
    const path = join(dataDir, 'archives/sha256', `${sha256}`.slice(0, 2), `${sha256}`)
    mustEqual((await stat(path)).size, size, `the size of ${path}`)
  }
  const known = new Set(
    database
      .prepare('select staging from uploads')
      .all()
      .map(({ staging }) => `${staging}`),
  )
  for (const name of await listFolder(join(dataDir, 'staging'))) {
    must(known.has(name.replace(/\..*$/, '')), `staging/${name} belongs to no upload`)
  }
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
