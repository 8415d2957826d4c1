import { openSqliteDatabase } from '@rbee/db/sqlite'
import { logEntrySchema, workerLogSchema } from '@rbee/schema'
import {
  aManifest,
  aNameRow,
  anArtifact,
  aRegistry,
  aReleaseInput,
  aReleaseRow,
  aWorkerId,
  aWorkerRow,
  failureCode,
  memoryDocumentStore,
} from '@rbee/testing'
import {
  type Checkpoint,
  checkConsistency,
  checkInclusion,
  ENTRY_MAX_BYTES,
  type LogSource,
  newSignerKey,
  parseSignerKey,
  parseTilePath,
  readCheckpoint,
  replayLog,
} from '@rbee/transparency-log'
import { describe, expect, it } from 'vitest'
import type { Database } from '../ports/database.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import type { RegistryPorts } from '../registry.ts'
import type { DocumentKey } from '../storage-keys.ts'
import { publishEntry } from './log-entry.ts'
import { replacedTiles } from './partial-tiles.ts'

const signer = parseSignerKey(newSignerKey('log.example', new Uint8Array(32).fill(1)))
const { verifier } = signer
const ECHO = aWorkerId()

function open(overrides: Partial<RegistryPorts> = {}, database: Database = openSqliteDatabase(':memory:')) {
  return aRegistry(database, { logSigner: signer, ...overrides })
}

/** Stores releases as a server without a log does. */
async function store(database: Database, from: number, to: number): Promise<void> {
  for (let patch = from; patch < to; patch += 1) {
    const input = aReleaseInput({ version: `1.0.${patch}` })
    await database.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow({ input, publishedAt: patch }))
  }
}

function sourceOf(documents: DocumentStore): LogSource {
  return async (path) => {
    const tile = parseTilePath(path)
    const key: DocumentKey = tile === null ? { kind: 'log-checkpoint' } : { kind: 'log-tile', ...tile }
    return (await documents.get(key))?.body ?? null
  }
}

/** What a reader of the log finds, after checking all of it. */
async function readAll(documents: DocumentStore): Promise<{ checkpoint: Checkpoint; entries: string[] }> {
  const source = sourceOf(documents)
  const checkpoint = await readCheckpoint(source, verifier)
  const entries: string[] = []
  await replayLog(source, checkpoint, {
    known: null,
    onEntry: (_, entry) => entries.push(new TextDecoder().decode(entry)),
  })
  return { checkpoint, entries }
}

const versionsOf = (entries: readonly string[]) =>
  entries.map((text) => {
    const entry = logEntrySchema.parse(JSON.parse(text))
    return 'version' in entry ? entry.version : null
  })
const patches = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `1.0.${from + at}`)

describe('the log', () => {
  it('begins empty, signed, and with its key beside it', async () => {
    const { registry, ports } = open()
    await registry.writeLog()
    expect(await readAll(ports.documents)).toMatchObject({
      checkpoint: { origin: 'log.example', size: 0 },
      entries: [],
    })
    const key = await ports.documents.get({ kind: 'log-key' })
    expect(new TextDecoder().decode(key?.body)).toBe(`${verifier.text}\n`)
  })

  it('tells what was published, by whom without the token, and where it stands', async () => {
    const { registry, ports } = open()
    await store(ports.database, 0, 1)
    await registry.writeLog()
    const { entries } = await readAll(ports.documents)
    const [artifact] = aReleaseInput().artifacts
    expect(entries.map((text) => JSON.parse(text))).toEqual([
      {
        kind: 'publish',
        worker: 'echo-worker',
        version: '1.0.0',
        release: aReleaseRow().identity,
        artifacts: [
          {
            platform: artifact?.platform,
            variant: artifact?.variant,
            digest: artifact?.digest,
            archives: artifact?.archives.map(({ sha256 }) => sha256).toSorted(),
          },
        ],
        actor: expect.stringMatching(/^token:[0-9a-f]{32}$/),
        at: '1970-01-01T00:00:00.000Z',
      },
    ])
    const log = await ports.documents.get({ kind: 'worker-log', id: ECHO })
    expect(workerLogSchema.parse(JSON.parse(new TextDecoder().decode(log?.body)))).toEqual({
      worker: 'echo-worker',
      entries: [{ index: 0, kind: 'publish', version: '1.0.0', entry: entries[0] }],
    })
  })

  it('holds releases from before it in the order in which they were published', async () => {
    const { registry, ports } = open()
    await store(ports.database, 0, 600)
    await registry.writeLog()
    expect(versionsOf((await readAll(ports.documents)).entries)).toEqual(patches(0, 600))
  })

  it('grows entry by entry, each tree beginning with the one before, and keeps few of their tiles', async () => {
    const { registry, ports } = open()
    const stored = countingStore(ports.documents)
    const source = sourceOf(ports.documents)
    await registry.writeLog()
    let before = await readCheckpoint(source, verifier)
    for (let size = 1; size <= 300; size += 1) {
      await store(ports.database, size - 1, size)
      await aRegistry(ports.database, { ...ports, documents: stored.documents }).registry.writeLog()
      const checkpoint = await readCheckpoint(source, verifier)
      expect(checkpoint.size).toBe(size)
      await checkConsistency(source, before, checkpoint)
      const [row] = await ports.database.readLog(size - 1, 1)
      await checkInclusion(source, checkpoint, size - 1, new TextEncoder().encode(row?.body))
      before = checkpoint
    }
    expect(versionsOf((await readAll(ports.documents)).entries)).toEqual(patches(0, 300))
    expect(stored.tiles()).toBeLessThan(50)
  })

  it('refuses inclusion of what it does not hold', async () => {
    const { registry, ports } = open()
    await store(ports.database, 0, 5)
    await registry.writeLog()
    const source = sourceOf(ports.documents)
    const checkpoint = await readCheckpoint(source, verifier)
    const entry = new TextEncoder().encode((await ports.database.readLog(2, 1))[0]?.body)
    await checkInclusion(source, checkpoint, 2, entry)
    for (const place of [1, 3, 5, -1]) {
      expect(await failureCode(checkInclusion(source, checkpoint, place, entry))).toBe('log_not_included')
    }
  })

  it('has room for the largest release', () => {
    const features = Array.from({ length: 32 }, (_, at) => `${at}`.padStart(40, 'v'))
    const platforms = (['linux', 'macos', 'windows'] as const).flatMap((os) => [
      `${os}-x86_64` as const,
      `${os}-aarch64` as const,
    ])
    const artifacts = features
      .flatMap((variant) => platforms.map((platform) => ({ variant, platform })))
      .map(anArtifact)
    const manifest = aManifest({
      id: 'w'.repeat(64),
      platforms: {
        linux: ['x86_64', 'aarch64'],
        macos: ['x86_64', 'aarch64'],
        windows: ['x86_64', 'aarch64'],
      },
      build: { features, default_feature: features[0] ?? '' },
      requirements: Object.fromEntries(features.map((name, priority) => [name, { priority }])),
    })
    const input = aReleaseInput({ manifest, version: `1.0.0-${'x'.repeat(58)}`, artifacts })
    expect(input.artifacts).toHaveLength(192)
    expect(Buffer.byteLength(publishEntry(aReleaseRow({ input })).body)).toBeLessThan(ENTRY_MAX_BYTES)
  })
})

describe('writers of the log', () => {
  it('neither fork it nor lose anything when they write at the same time', async () => {
    const documents = memoryDocumentStore()
    const database = openSqliteDatabase(':memory:')
    const writers = Array.from({ length: 4 }, () => open({ documents }, database).registry)
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        writers.map(async (registry, at) => {
          await store(database, round * 40 + at * 10, round * 40 + (at + 1) * 10)
          await registry.writeLog()
        }),
      )
      const { checkpoint, entries } = await readAll(documents)
      expect(checkpoint.size).toBe((round + 1) * 40)
      expect(new Set(versionsOf(entries))).toEqual(new Set(patches(0, checkpoint.size)))
    }
  })

  it('leave a whole log wherever they are interrupted, and go on from there', async () => {
    let interruptions = 0
    for (let calls = 1; ; calls += 1) {
      const { registry, ports } = open()
      await store(ports.database, 0, 250)
      await registry.writeLog()
      const before = await readAll(ports.documents)
      await store(ports.database, 250, 260)
      const failing = { ...ports, ...endingAfter(calls, ports) }
      const outcome = await aRegistry(failing.database, failing)
        .registry.writeLog()
        .then(
          () => 'done',
          (error: unknown) => {
            expect(error).toEqual(new Error('killed'))
            return 'killed'
          },
        )
      const found = await readAll(ports.documents)
      expect(found.entries.slice(0, 250)).toEqual(before.entries)
      await aRegistry(ports.database, ports).registry.writeLog()
      const after = await readAll(ports.documents)
      expect(versionsOf(after.entries)).toEqual(patches(0, 260))
      await checkConsistency(sourceOf(ports.documents), found.checkpoint, after.checkpoint)
      if (outcome === 'done') break
      interruptions += 1
    }
    expect(interruptions).toBeGreaterThan(10)
  })

  it('do a part of the work where a call may do only so much', async () => {
    const { registry, ports } = open({ operationsPerCall: 500 })
    await store(ports.database, 0, 350)
    const sizes: number[] = []
    for (let call = 0; call < 10; call += 1) {
      await registry.writeLog()
      sizes.push((await readAll(ports.documents)).checkpoint.size)
    }
    expect(sizes).toEqual([100, 200, 300, 350, 350, 350, 350, 350, 350, 350])
  })

  it('give places without a key as well, and show them once there is one', async () => {
    const { registry, ports } = open({ logSigner: undefined })
    await store(ports.database, 0, 3)
    await registry.writeLog()
    expect(await ports.database.logSize()).toBe(3)
    expect(await ports.documents.get({ kind: 'log-checkpoint' })).toBeNull()
    await open(ports, ports.database).registry.writeLog()
  })

  it('do not go on under another key', async () => {
    const { registry, ports } = open()
    await store(ports.database, 0, 2)
    await registry.writeLog()
    const other = parseSignerKey(newSignerKey('log.example', new Uint8Array(32).fill(2)))
    await store(ports.database, 2, 3)
    const second = aRegistry(ports.database, { ...ports, logSigner: other }).registry
    expect(await failureCode(second.writeLog())).toBe('setting_invalid')
    expect((await readAll(ports.documents)).checkpoint.size).toBe(2)
  })
})

describe('a log whose rows or tiles were lost', () => {
  async function aWorld(size = 300) {
    const world = open()
    await store(world.ports.database, 0, size)
    await world.registry.writeLog()
    return { ...world, before: await readAll(world.ports.documents) }
  }

  it('gets its rows back before anything takes their places', async () => {
    const { ports, before } = await aWorld()
    const database = openSqliteDatabase(':memory:')
    await store(database, 0, 301)
    await aRegistry(database, { ...ports, database }).registry.writeLog()
    const after = await readAll(ports.documents)
    expect(after.entries.slice(0, 300)).toEqual(before.entries)
    expect(versionsOf(after.entries)).toEqual(patches(0, 301))
    expect((await database.readLog(0, 1000)).map(({ body }) => body)).toEqual(after.entries)
  })

  it('gets them back a few at a time where a call may do only so much', async () => {
    const { ports, before } = await aWorld(1000)
    const database = openSqliteDatabase(':memory:')
    const limited = { ...ports, database, operationsPerCall: 16 }
    for (let call = 0; call < 4; call += 1) await aRegistry(database, limited).registry.writeLog()
    expect((await database.readLog(0, 2000)).map(({ body }) => body)).toEqual(before.entries)
  })

  it('keeps what was signed where an older database logged other things meanwhile', async () => {
    const { ports, before } = await aWorld()
    const database = openSqliteDatabase(':memory:')
    await store(database, 0, 100)
    await store(database, 1000, 1250)
    await aRegistry(database, { ...ports, database, logSigner: undefined }).registry.writeLog()
    expect(await database.logSize()).toBe(350)
    await aRegistry(database, { ...ports, database }).registry.writeLog()
    const after = await readAll(ports.documents)
    expect(after.entries.slice(0, 300)).toEqual(before.entries)
    expect(versionsOf(after.entries.slice(300))).toEqual(patches(1000, 1250))
  })

  it.each([
    ['the checkpoint', [{ kind: 'log-checkpoint' }]],
    ['a tile', [{ kind: 'log-tile', level: 0, index: 1, width: 44 }]],
    ['the bundle', [{ kind: 'log-tile', level: 'entries', index: 1, width: 44 }]],
  ] satisfies [string, DocumentKey[]][])('is shown again as it was without %s', async (_, keys) => {
    const { ports, before } = await aWorld()
    for (const key of keys) await ports.documents.delete(key)
    await store(ports.database, 300, 301)
    await aRegistry(ports.database, ports).registry.writeLog()
    const after = await readAll(ports.documents)
    expect(after.entries.slice(0, 300)).toEqual(before.entries)
    expect(after.checkpoint.size).toBe(301)
  })

  it('stops where rows are not those that were signed and the entries are gone', async () => {
    const { ports } = await aWorld()
    for (const index of [0, 1]) {
      const width = index === 0 ? 256 : 44
      await ports.documents.delete({ kind: 'log-tile', level: 'entries', index, width })
    }
    const database = openSqliteDatabase(':memory:')
    await store(database, 0, 1)
    expect(await failureCode(aRegistry(database, { ...ports, database }).registry.writeLog())).toBe(
      'state_damaged',
    )
  })
})

it('discards each tile that was not full exactly once, and none of the last trees', () => {
  const shown = new Set<string>()
  for (let size = 1; size <= 1000; size += 1) {
    for (const { level, index, width } of replacedTiles(size - 1, size)) {
      const name = `${level}/${index}/${width}`
      expect(shown.has(name)).toBe(false)
      if (level !== 'entries') expect((index * 256 + width) * 256 ** level).toBeLessThan(size - 15)
      shown.add(name)
    }
  }
  expect(shown.size).toBeGreaterThan(1900)
})

/** The same store, which also counts the tiles that lie in it. */
function countingStore(documents: DocumentStore): { documents: DocumentStore; tiles(): number } {
  const tiles = new Set<string>()
  return {
    tiles: () => tiles.size,
    documents: {
      get: (key) => documents.get(key),
      put(key, body, expected) {
        if (key.kind === 'log-tile') tiles.add(JSON.stringify(key))
        return documents.put(key, body, expected)
      },
      delete(key) {
        tiles.delete(JSON.stringify(key))
        return documents.delete(key)
      },
    },
  }
}

/** Stores that answer no more after so many changes, as for a process that was killed. */
function endingAfter(calls: number, { documents, database }: RegistryPorts) {
  let left = calls
  const counted = <Target extends object>(target: Target, names: readonly string[]): Target =>
    new Proxy(target, {
      get(inner, name) {
        const value: unknown = Reflect.get(inner, name)
        if (typeof value !== 'function' || !names.includes(String(name))) return value
        return async (...args: unknown[]) => {
          left -= 1
          if (left <= 0) throw new Error('killed')
          return Reflect.apply(value, inner, args)
        }
      },
    })
  return {
    documents: counted(documents, ['put', 'delete']),
    database: counted(database, ['appendLog', 'restoreLog']),
  }
}
