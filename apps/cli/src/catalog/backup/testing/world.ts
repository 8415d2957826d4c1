import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlobsPlace, type RunningServer, startServer } from '@rbee/catalog/node'
import {
  type ReleaseDocument,
  releaseDocumentSchema,
  versionsDocumentSchema,
  workerListSchema,
} from '@rbee/schema'
import {
  aCaller,
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  bytesOf,
  packedArchive,
  sendArchive,
  sha256Hex,
} from '@rbee/testing'

/** A folder for servers and backups, and the servers that run in this process. */
export interface BackupWorld {
  /** The path of a name inside the folder. */
  at(name: string): string
  start(name: string, blobs?: BlobsPlace): Promise<RunningServer>
  stop(server: RunningServer): Promise<void>
  close(): Promise<void>
}

export async function backupWorld(): Promise<BackupWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-backup-'))
  const servers = new Set<RunningServer>()
  const stop = async (server: RunningServer) => {
    if (servers.delete(server)) await server.close()
  }
  return {
    at: (name) => join(folder, name),
    async start(name, blobs) {
      const server = await startServer({
        host: '127.0.0.1',
        port: 0,
        dataDir: join(folder, name),
        blobs,
        log: { info: () => {}, error: () => {} },
        clock: Date.now,
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
      })
      servers.add(server)
      return server
    },
    stop,
    async close() {
      await Promise.all([...servers].map(stop))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Publishes a release whose archive holds `bytes` bytes that cannot be compressed. */
export async function publish({ registry }: RunningServer, id: string, version: string, bytes = 1000) {
  const manifest = aManifest({ id })
  const archive = await packedArchive({
    [`bin/${id}`]: `${id} ${version}`,
    weights: new Uint8Array(randomBytes(bytes)),
  })
  await sendArchive(registry, aCaller(), archive)
  await registry.publishRelease(
    aCaller(),
    manifest.id,
    aReleaseInput({ manifest, version, artifacts: [artifactOf([archive])] }),
  )
}

/** Creates a publish token, as an operator does. */
export async function createToken({ registry }: RunningServer): Promise<string> {
  return (await registry.createToken(anOperator(), { scope: 'publish' })).token
}

/** Every release that a server lists, as `ID VERSION`, after fetching its archives and comparing their digests. */
export async function installableReleases({ url }: RunningServer): Promise<string[]> {
  const found: string[] = []
  const { workers } = workerListSchema.parse(await get(`${url}/v1/workers?limit=200`))
  for (const { id } of workers) {
    const { versions } = versionsDocumentSchema.parse(await get(`${url}/v1/workers/${id}/versions`))
    for (const version of versions) {
      const release = releaseDocumentSchema.parse(await get(`${url}/v1/workers/${id}/${version}`))
      for (const { checksum, download_url } of archivesOf(release)) {
        const answer = await fetch(new URL(download_url, url))
        if (answer.status !== 200 || answer.body === null)
          throw new Error(`${id} ${version}: ${answer.status}`)
        const actual = `sha256:${await sha256Hex(await bytesOf(answer.body))}`
        if (actual !== checksum) throw new Error(`${id} ${version}: other bytes`)
      }
      found.push(`${id} ${version}`)
    }
  }
  return found.toSorted()
}

function archivesOf({ variants }: ReleaseDocument) {
  return variants.flatMap(({ artifacts }) => artifacts.flatMap(({ archives }) => archives))
}

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url)
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
