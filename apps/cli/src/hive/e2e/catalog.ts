import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeServerSettings, startServer } from '@rbee/catalog/node'
import type { PublisherSigner } from '@rbee/provenance'
import type { Registry, ReleaseEventKind } from '@rbee/registry'
import {
  type CatalogEntry,
  type ManifestInput,
  type Platform,
  type TokenAnswer,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import {
  aCatalogEntry,
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  packedArchive,
  sendArchive,
  syncCatalog,
  withProvenance,
} from '@rbee/testing'
import { hostPlatform } from '../../publish/host-platform.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

/** A worker to be published: small programs instead of large ones, everything else is real. */
export interface PublishedWorker {
  readonly id: string
  readonly version?: string
  /** What each variant's archive holds, best described by `program`. */
  readonly variants: Readonly<Record<string, Files>>
  readonly manifest?: Partial<ManifestInput>
  /** Platforms with binaries; by default this machine's. */
  readonly platforms?: readonly Platform[]
  /** Whether it stands in an official catalog, too. */
  readonly official?: boolean
  /** The publisher's key that signs every artifact. */
  readonly signer?: PublisherSigner | undefined
}

export interface TestCatalog {
  readonly url: string
  /** What it signs with lies in the folder `keys` of it. */
  readonly dataDir: string
  /** For calls that none of the others make. */
  readonly registry: Registry
  publish(worker: PublishedWorker): Promise<void>
  /** Takes entries of a Git catalog, of which there need be no binaries. */
  describe(entries: readonly CatalogEntry[]): Promise<void>
  /** Does to a release what an operator does, such as to quarantine it. */
  change(id: string, version: string, kind: ReleaseEventKind, reason: string): Promise<void>
  /** A token for calls over HTTP. */
  createToken(scope: 'publish' | 'operator'): Promise<TokenAnswer>
  /** A token with which releases may be published over HTTP. */
  publishToken(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

const HOST = hostPlatform(process) ?? 'linux-x86_64'

/** The platform that programs of this machine are published for. */
export const [HOST_OS, HOST_ARCH] = HOST.split('-') as ['linux' | 'macos' | 'windows', 'x86_64' | 'aarch64']

/** Settings of the server that a test may choose. */
type ChosenSettings = Partial<
  Pick<NodeServerSettings, 'blobs' | 'leaseTimes' | 'licensedLinks' | 'onAnswered'>
>

/** The catalog server with a data folder of its own, as users start it. */
export async function startCatalog(
  clock: () => number = Date.now,
  settings: ChosenSettings = {},
): Promise<TestCatalog> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rbee-catalog-'))
  const server = await startServer({
    ...settings,
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log: { info: () => {}, error: () => {} },
    clock,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  })
  const official: Parameters<typeof syncCatalog>[2][number][] = []
  return {
    url: server.url,
    dataDir,
    registry: server.registry,
    async publish(worker) {
      const caller = anOperator()
      const { manifest, version } = describeWorker(worker)
      if (worker.official) {
        official.push(aCatalogEntry({ manifest, version, source: 'official' }))
        await syncCatalog(server.registry, 'official', official)
      }
      const artifacts = []
      for (const [variant, files] of Object.entries(worker.variants)) {
        const archives = [
          await packedArchive(files, 'tar.zst'),
          await packedArchive(files, 'tar.gz'),
        ] as const
        for (const archive of archives) await sendArchive(server.registry, caller, archive)
        for (const platform of worker.platforms ?? [HOST])
          artifacts.push(artifactOf(archives, { platform, variant }))
      }
      const input = aReleaseInput({ manifest, version, artifacts })
      const { signer } = worker
      await server.registry.publishRelease(
        caller,
        manifest.id,
        signer === undefined ? input : withProvenance(input, signer),
      )
    },
    async describe(entries) {
      await syncCatalog(server.registry, 'described', entries)
    },
    async change(id, version, kind, reason) {
      const release = { id: workerIdSchema.parse(id), version: versionSchema.parse(version) }
      await server.registry.changeRelease(anOperator(), { ...release, kind, reason })
    },
    createToken: (scope) => server.registry.createToken(anOperator(), { scope }),
    async publishToken() {
      return (await server.registry.createToken(anOperator(), { scope: 'publish' })).token
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The manifest and version of a worker that is to be published. */
export function describeWorker({
  id,
  version = '0.1.0',
  variants,
  manifest,
  platforms = [HOST],
}: PublishedWorker) {
  const [first = 'cpu', ...others] = Object.keys(variants)
  const arches = (os: string) =>
    platforms
      .filter((platform) => platform.startsWith(`${os}-`))
      .map((platform) => (platform.endsWith('aarch64') ? 'aarch64' : 'x86_64'))
  return {
    version,
    manifest: aManifest({
      id,
      name: id,
      binary_name: id,
      build: { features: [first, ...others], default_feature: 'cpu' in variants ? 'cpu' : first },
      platforms: { linux: arches('linux'), macos: arches('macos'), windows: arches('windows') },
      selftest: { command: [`bin/${id}`, '--self-test'], timeout_seconds: 20 },
      ...manifest,
    }),
  }
}

/** An archive with one shell script as its program. */
export function program(id: string, script: string, more: Files = {}): Files {
  return {
    [`bin/${id}`]: `#!/bin/sh\n${script}\n`,
    LICENSE: 'Apache-2.0\n',
    'README.md': `# ${id}\n`,
    ...more,
  }
}
