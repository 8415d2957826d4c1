import {
  canonicalJson,
  type LogEntry,
  logEntrySchema,
  RbeeError,
  releaseDocumentSchema,
  type WorkerLog,
  workerLogSchema,
} from '@rbee/schema'
import { expect, it } from 'vitest'
import type { LogSource } from '../client/log-source.ts'
import { leafHash } from '../merkle/hashes.ts'
import { tileBytes } from '../tiles/tile-bytes.ts'
import { tilePath } from '../tiles/tile-path.ts'
import { EMPTY_EDGE, edgeRoot, extendTree } from '../tiles/tree-edge.ts'
import { checkRelease } from './check-release.ts'
import { artifactsOf } from './logged-artifacts.ts'

const identity = releaseDocumentSchema.pick({ worker: true, version: true, variants: true })

function aRelease(digit = 'a', version = '1.0.0') {
  const archive = (format: string, letter: string) => ({
    format,
    size: 1,
    checksum: `sha256:${letter.repeat(64)}`,
    download_url: '/v1/blobs/sha256/x',
  })
  return identity.parse({
    worker: 'echo-worker',
    version,
    variants: [
      {
        name: 'cpu',
        id: 'echo-worker-cpu',
        backend: 'cpu',
        priority: 1,
        requirements: {},
        artifacts: [
          {
            platform: 'linux-x86_64',
            digest: `sha256:${digit.repeat(64)}`,
            unpacked_size: 1,
            archives: [archive('tar.zst', 'c'), archive('tar.gz', 'b')],
          },
        ],
      },
    ],
  })
}

const published = (release = aRelease()): LogEntry =>
  logEntrySchema.parse({
    kind: 'publish',
    worker: release.worker,
    version: release.version,
    release: '0'.repeat(64),
    artifacts: artifactsOf(release).map((artifact) => ({
      ...artifact,
      archives: artifact.archives.toSorted(),
    })),
    actor: 'operator',
    at: '2026-01-01T00:00:00.000Z',
  })

/** A log of these entries, and what a registry says of where they stand. */
function aLog(entries: readonly LogEntry[]) {
  const texts = entries.map((entry) => canonicalJson(entry))
  const { edge, tiles } = extendTree(
    EMPTY_EDGE,
    texts.map((text) => leafHash(new TextEncoder().encode(text))),
  )
  const stored = new Map(
    tiles.map(({ level, index, hashes }) => [
      tilePath({ level, index, width: hashes.length }),
      tileBytes(hashes),
    ]),
  )
  const source: LogSource = async (path) => stored.get(path) ?? null
  const log: WorkerLog = workerLogSchema.parse({
    worker: 'echo-worker',
    entries: texts.map((entry, index) => ({
      index,
      kind: 'publish',
      version: (JSON.parse(entry) as { version: string }).version,
      entry,
    })),
  })
  return { source, head: { size: edge.size, root: edgeRoot(edge) }, log }
}

async function codeOf(checking: Promise<unknown>): Promise<string> {
  try {
    await checking
    return 'done'
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}

const others = [aRelease('a', '0.1.0'), aRelease('b', '0.2.0'), aRelease('c', '3.0.0')].map(published)

it('finds the entry of a release', async () => {
  const { source, head, log } = aLog([...others, published()])
  expect(await checkRelease(source, head, aRelease(), log)).toMatchObject({ index: 3, entry: published() })
})

it('finds other bytes than those that were logged', async () => {
  const { source, head, log } = aLog([...others, published()])
  expect(await codeOf(checkRelease(source, head, aRelease('e'), log))).toBe('log_release_altered')
})

it('finds a release without an entry', async () => {
  const { source, head, log } = aLog(others)
  expect(await codeOf(checkRelease(source, head, aRelease(), log))).toBe('log_release_unlogged')
})

it('does not believe what a registry says of the log', async () => {
  const honest = aLog([...others, published(aRelease('e'))])
  const { log } = aLog([...others, published()])
  expect(await codeOf(checkRelease(honest.source, honest.head, aRelease(), log))).toBe('log_not_included')
  const later = { ...log, entries: log.entries.map((entry) => ({ ...entry, index: entry.index + 4 })) }
  expect(await codeOf(checkRelease(honest.source, honest.head, aRelease(), later))).toBe('log_not_included')
})

it('does not believe a list that contradicts the entry', async () => {
  const { source, head, log } = aLog([...others, published()])
  const told = (change: object) => ({
    ...log,
    entries: log.entries.map((entry) => ({ ...entry, ...change })),
  })
  for (const list of [
    { ...log, worker: 'other-worker' },
    told({ kind: 'yank' }),
    told({ version: '9.9.9' }),
  ]) {
    expect(await codeOf(checkRelease(source, head, aRelease(), workerLogSchema.parse(list)))).toBe(
      'log_invalid',
    )
  }
})

it('refuses a tile that has another hash for the entry itself', async () => {
  const { source, head, log } = aLog([...others, published()])
  const altered: LogSource = async (path, maxBytes) => {
    const bytes = (await source(path, maxBytes))?.slice() ?? null
    if (bytes?.length === 4 * 32) bytes[3 * 32] = (bytes[3 * 32] ?? 0) ^ 1
    return bytes
  }
  expect(await codeOf(checkRelease(altered, head, aRelease(), log))).toBe('log_not_included')
})
