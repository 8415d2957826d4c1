import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Updater } from 'tuf-js'
import { describe, expect, it } from 'vitest'
import { makeRoot, makeTargets, OFFLINE_LIFETIME_MS } from '../ceremony/make-root.ts'
import { allBins, binOf } from '../metadata/bins.ts'
import { parseEnvelope } from '../metadata/envelope.ts'
import { snapshotSchema, timestampSchema } from '../metadata/roles.ts'
import { DAY_MS, HOUR_MS } from '../metadata/time.ts'
import { aRepository, aSigner, changesOf, type TestRepository } from '../testing/a-repository.ts'
import type { MemoryMetadataStore } from '../testing/memory-metadata-store.ts'
import { readBin, readCurrent } from './current.ts'
import { createMetadataRepository } from './repository.ts'

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

/** What the repository lists of a worker, read by a client that has nothing to do with this package. */
async function readByTufJs(store: MemoryMetadataStore, worker: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-trust-'))
  const server = createServer((request, response) => {
    const body = store.files.get(`${request.url}`.slice(1))
    response.writeHead(body === undefined ? 404 : 200)
    response.end(body)
  })
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await writeFile(join(folder, 'root.json'), store.files.get('1.root.json') ?? '')
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: url,
      targetDir: folder,
      targetBaseUrl: `${url}/targets`,
    })
    await updater.refresh()
    const target = await updater.getTargetInfo(`workers/${worker}.json`)
    if (target === undefined) return null
    return await readFile(await updater.downloadTarget(target), 'utf8')
  } finally {
    server.close()
    await rm(folder, { recursive: true })
  }
}

/** What the current metadata lists, straight from the store. */
async function listed(store: MemoryMetadataStore, path: string): Promise<string | null> {
  const current = await readCurrent(store)
  const name = binOf(path)
  const version = current?.snapshot.signed.meta[`${name}.json`]?.version
  if (version === undefined) throw new Error(`${name} is not named`)
  const target = (await readBin(store, name, version)).targets[path]
  if (target === undefined) return null
  const file = `targets/${path.replace(/([^/]+)$/, `${target.hashes.sha256}.$1`)}`
  return text(store.files.get(file))
}

describe('a repository of signed metadata', () => {
  it('is verified by another client', async () => {
    const { repository, store } = await aRepository({ start: Date.now() })
    await repository.update(async () => changesOf({ 'llm-worker': 'one', 'echo-worker': 'two' }))
    await repository.update(async () => changesOf({ 'llm-worker': 'three' }))
    expect(await readByTufJs(store, 'llm-worker')).toBe('three')
    expect(await readByTufJs(store, 'echo-worker')).toBe('two')
    expect(await readByTufJs(store, 'unknown')).toBeNull()
  })

  it('signs many changes with one snapshot and one timestamp', async () => {
    const { repository, store } = await aRepository()
    const before = new Set(store.files.keys())
    const changes = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`worker-${index}`, 'x']))
    await repository.update(async () => changesOf(changes))
    const written = [...store.files.keys()].filter((name) => !before.has(name))
    expect(written.filter((name) => name.includes('.snapshot.'))).toHaveLength(1)
    const bins = new Set(Object.keys(changes).map((id) => binOf(`workers/${id}.json`)))
    expect(written.filter((name) => name.includes('.bin-'))).toHaveLength(bins.size)
  })

  it('writes nothing for what is listed already', async () => {
    const { repository, store } = await aRepository()
    await repository.update(async () => changesOf({ 'llm-worker': 'one' }))
    const before = new Map(store.files)
    await repository.update(async () => changesOf({ 'llm-worker': 'one', unknown: null }))
    expect(store.files).toEqual(before)
  })

  it('lists a worker no more that is gone', async () => {
    const { repository, store } = await aRepository()
    await repository.update(async () => changesOf({ 'llm-worker': 'one' }))
    await repository.update(async () => changesOf({ 'llm-worker': null }))
    expect(await listed(store, 'workers/llm-worker.json')).toBeNull()
  })

  it('gives up nothing when two write at once', async () => {
    const { repository, store, clock, online } = await aRepository()
    const other = createMetadataRepository({ store, clock, online })
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? repository : other).update(async () => {
          // Lets the others read the same state first.
          await new Promise((resolve) => setTimeout(resolve, 5))
          return changesOf({ [`worker-${index}`]: `${index}` })
        }),
      ),
    )
    for (let index = 0; index < 8; index += 1) {
      expect(await listed(store, `workers/worker-${index}.json`)).toBe(`${index}`)
    }
  })

  it('is whole wherever a writer is killed, and the next one completes the change', async () => {
    const writes = await countWrites(async ({ repository }) => {
      await repository.update(async () => changesOf({ 'llm-worker': 'new' }))
    })
    expect(writes).toBeGreaterThan(3)
    for (let survived = 0; survived < writes; survived += 1) {
      const { repository, store } = await aRepository()
      await repository.update(async () => changesOf({ 'llm-worker': 'old' }))
      killAfter(store, survived)
      await repository.update(async () => changesOf({ 'llm-worker': 'new' })).catch(() => {})
      store.beforeWrite = () => {}
      expect(await listed(store, 'workers/llm-worker.json')).toMatch(/^(old|new)$/)
      await repository.update(async () => changesOf({ 'llm-worker': 'new' }))
      expect(await listed(store, 'workers/llm-worker.json')).toBe('new')
    }
  })

  it('frees files an hour after they were replaced, and not what came back meanwhile', async () => {
    const { repository, store, clock } = await aRepository()
    for (const contents of ['one', 'two', 'one']) {
      await repository.update(async () => changesOf({ 'llm-worker': contents }))
      clock.advance(1000)
    }
    const before = store.files.size
    clock.advance(HOUR_MS + 1)
    await repository.update(async () => changesOf({ other: 'x' }))
    // Three snapshots and bins, and the contents that did not come back; the change brought three files.
    expect(store.files.size).toBeLessThan(before)
    expect(await listed(store, 'workers/llm-worker.json')).toBe('one')
    expect([...store.files.keys()].filter((name) => name.startsWith('targets/workers/'))).toHaveLength(2)
  })
})

describe('versions', () => {
  it('do not fall behind what clients saw when the store is lost or an old copy', async () => {
    const first = await aRepository()
    await first.repository.update(async () => changesOf({ 'llm-worker': 'one' }))
    const copy = new Map(first.store.files)
    for (let index = 0; index < 5; index += 1) {
      first.clock.advance(60_000)
      await first.repository.update(async () => changesOf({ 'llm-worker': `${index}` }))
    }
    const seen = await versionsOf(first.store)
    first.clock.advance(60_000)

    first.store.files.clear()
    for (const [name, body] of copy) first.store.files.set(name, body)
    await first.repository.renew({ everyBin: true })
    expectNotBelow(await versionsOf(first.store), seen)

    first.store.files.clear()
    await first.repository.adopt(first.files)
    expectNotBelow(await versionsOf(first.store), seen)
  })
})

describe('what would expire', () => {
  it('is signed anew in time', async () => {
    const { repository, store, clock } = await aRepository()
    await repository.update(async () => changesOf({ 'llm-worker': 'one' }))
    for (let hour = 0; hour < 24 * 40; hour += 6) {
      clock.advance(6 * HOUR_MS)
      for (let call = 0; call < 5; call += 1) await repository.renew()
      await expectCurrent(store, clock())
    }
    expect(await listed(store, 'workers/llm-worker.json')).toBe('one')
    await repository.check()
  })

  it('is left alone while it is young', async () => {
    const { repository, store, clock } = await aRepository()
    const before = new Map(store.files)
    clock.advance(5 * HOUR_MS)
    await repository.renew()
    expect(store.files).toEqual(before)
  })

  it('is told of when nobody signs', async () => {
    const { repository, clock } = await aRepository()
    await repository.check()
    clock.advance(9 * HOUR_MS)
    await expect(repository.check()).rejects.toMatchObject({ code: 'signing_failed' })
    await repository.renew()
    await repository.check()
    clock.advance(366 * DAY_MS)
    await repository.renew()
    await expect(repository.check()).rejects.toMatchObject({
      code: 'signing_failed',
      message: expect.stringContaining('root keys'),
    })
  })

  it('cannot be signed without a key', async () => {
    const { store, clock } = await aRepository()
    const keyless = createMetadataRepository({ store, clock, online: null })
    await expect(keyless.renew()).rejects.toMatchObject({ code: 'signing_failed' })
    await expect(keyless.check()).rejects.toMatchObject({ code: 'signing_failed' })
  })
})

describe('a new ceremony', () => {
  it('replaces the online key, and everything is signed anew for it', async () => {
    const { repository, store, clock, offline, files } = await aRepository({ start: Date.now() - HOUR_MS })
    await repository.update(async () => changesOf({ 'llm-worker': 'one' }))
    clock.advance(60_000)
    const online = aSigner(77)
    const rotated = rotatedTo(online, { offline, clock, files })
    const next = createMetadataRepository({ store, clock, online })
    await next.adopt(rotated)
    expect(await readByTufJs(store, 'llm-worker')).toBe('one')
    await next.update(async () => changesOf({ 'llm-worker': 'two' }))
    expect(await readByTufJs(store, 'llm-worker')).toBe('two')
    // The key that was replaced signs nothing any more.
    await expect(repository.adopt(rotated)).rejects.toMatchObject({ code: 'signing_failed' })
  })

  it('is completed wherever it was interrupted', async () => {
    let isComplete = false
    for (let survived = 510; !isComplete; survived += 1) {
      const { repository, store, clock, offline, files } = await aRepository()
      await repository.update(async () => changesOf({ 'llm-worker': 'one' }))
      clock.advance(60_000)
      const online = aSigner(77)
      const rotated = rotatedTo(online, { offline, clock, files })
      const next = createMetadataRepository({ store, clock, online })
      killAfter(store, survived)
      isComplete = await next.adopt(rotated).then(
        () => true,
        () => false,
      )
      store.beforeWrite = () => {}
      await next.adopt(rotated)
      const current = await readCurrent(store)
      expect(current?.timestamp.signatures[0]?.keyid).toBe(online.keyId)
      expect(store.files.has('2.root.json')).toBe(true)
      expect(await listed(store, 'workers/llm-worker.json')).toBe('one')
    }
  })

  it('must continue the roots that are served', async () => {
    const { repository, store, clock, offline, files } = await aRepository()
    const foreign = await aRepository({ start: clock() + 60_000 })
    await expect(repository.adopt(foreign.files)).rejects.toMatchObject({ code: 'signing_failed' })
    const ahead = rotatedTo(aSigner(77), { offline, clock, files })
    store.files.set('2.root.json', ahead.roots[1] ?? new Uint8Array())
    await expect(repository.adopt(files)).rejects.toMatchObject({ code: 'signing_failed' })
  })
})

function rotatedTo(
  online: ReturnType<typeof aSigner>,
  { offline, clock, files }: Pick<TestRepository, 'offline' | 'clock' | 'files'>,
) {
  const validity = { version: 2, now: clock(), lifetimeMs: OFFLINE_LIFETIME_MS }
  const keys = {
    offline: offline.map(({ publicKey }) => publicKey),
    threshold: 2,
    online: online.publicKey,
  }
  return {
    roots: [...files.roots, makeRoot(keys, validity, offline)],
    targets: makeTargets(online.publicKey, validity, offline),
  }
}

async function countWrites(change: (repository: TestRepository) => Promise<void>): Promise<number> {
  const one = await aRepository()
  await one.repository.update(async () => changesOf({ 'llm-worker': 'old' }))
  let writes = 0
  one.store.beforeWrite = () => {
    writes += 1
  }
  await change(one)
  return writes
}

/** Every write after the first ones fails, as if the process had ended. */
function killAfter(store: MemoryMetadataStore, writes: number): void {
  let left = writes
  store.beforeWrite = () => {
    if (left === 0) throw new Error('killed')
    left -= 1
  }
}

async function versionsOf(store: MemoryMetadataStore): Promise<Map<string, number>> {
  const current = await readCurrent(store)
  if (current === null) throw new Error('there is no timestamp')
  const { meta, version } = current.snapshot.signed
  return new Map([
    ['timestamp', current.timestamp.signed.version],
    ['snapshot', version],
    ...allBins().map((name): [string, number] => [name, meta[`${name}.json`]?.version ?? 0]),
  ])
}

function expectNotBelow(versions: Map<string, number>, seen: Map<string, number>): void {
  for (const [name, version] of seen) expect(versions.get(name), name).toBeGreaterThanOrEqual(version)
}

async function expectCurrent(store: MemoryMetadataStore, now: number): Promise<void> {
  const timestamp = parseEnvelope(store.files.get('timestamp.json') ?? new Uint8Array(), timestampSchema)
  const { version } = timestamp.signed.meta['snapshot.json']
  const body = store.files.get(`${version}.snapshot.json`) ?? new Uint8Array()
  const snapshot = parseEnvelope(body, snapshotSchema)
  const bins = await Promise.all(
    allBins().map((name) => readBin(store, name, snapshot.signed.meta[`${name}.json`]?.version ?? 0)),
  )
  for (const { expires } of [timestamp.signed, snapshot.signed, ...bins]) {
    expect(Date.parse(expires)).toBeGreaterThan(now + 2 * HOUR_MS)
  }
}
