import { type WorkerIndex, workerIdSchema } from '@rbee/schema'
import { failureCode } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRoot, OFFLINE_LIFETIME_MS } from '../ceremony/make-root.ts'
import { binOf } from '../metadata/bins.ts'
import { signedFile } from '../metadata/envelope.ts'
import type { Signer } from '../metadata/keys.ts'
import { sha256Of } from '../metadata/names.ts'
import { DAY_MS, expiry, HOUR_MS } from '../metadata/time.ts'
import { readCurrent } from '../repository/current.ts'
import { aClient, type TestClient } from '../testing/a-client.ts'
import { aSigner, changesOf, withOnlineKey } from '../testing/a-repository.ts'
import { openTrustedRegistry, requireAddress, requireDocument } from './trusted-registry.ts'

// The attacks of section 1.5.2 of the specification, each played by whoever stands between client and registry.

const LLM = workerIdSchema.parse('llm-worker')
const PATH = 'workers/llm-worker.json'
const RELEASE = '/v1/workers/llm-worker/1.0.0'
const OLD_RELEASE = '/v1/workers/llm-worker/0.9.0'
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const factsOf = (bytes: Uint8Array) => ({ sha256: sha256Of(bytes), length: bytes.length })

const DOCUMENTS = {
  [RELEASE]: bytesOf({ worker: 'llm-worker', version: '1.0.0', dependencies: [] }),
  [OLD_RELEASE]: bytesOf({ worker: 'llm-worker', version: '0.9.0', dependencies: [] }),
}
const INDEX: WorkerIndex = {
  worker: LLM,
  addresses: { 'llm-worker': null, 'llm-worker-cuda': 'cuda' },
  documents: Object.fromEntries(
    Object.entries(DOCUMENTS).map(([address, bytes]) => [address, factsOf(bytes)]),
  ),
}

/** A client of a repository that lists one worker. */
async function aVictim(): Promise<TestClient> {
  const client = await aClient()
  await list(client, { 'llm-worker': JSON.stringify(INDEX) })
  return client
}

async function list(client: TestClient, workers: Record<string, string | null>): Promise<void> {
  client.clock.advance(60_000)
  await client.repository.update(async () => changesOf(workers))
}

/** Every answer that the registry would give now, for later. */
function recorded({ store }: TestClient): (name: string) => Uint8Array | null {
  const files = new Map(store.files)
  return (name) => files.get(name) ?? null
}

const install = async (client: TestClient) => {
  const index = await (await client.open()).worker(LLM)
  if (index === null) throw new Error('the worker is not listed')
  return index
}
const outcome = (client: TestClient) => failureCode(install(client))

describe('an honest registry', () => {
  it('is believed, and only what is new is fetched again', async () => {
    const client = await aVictim()
    expect(await install(client)).toEqual(INDEX)
    client.fetched.names.length = 0
    expect(await install(client)).toEqual(INDEX)
    expect(client.fetched.names).toEqual(['2.root.json', 'timestamp.json'])
  })

  it('is read without it from what was kept, also long after', async () => {
    const client = await aVictim()
    await install(client)
    client.clock.advance(400 * DAY_MS)
    const offline = await openTrustedRegistry({ ...client.ports, source: null })
    expect(await offline.worker(LLM)).toEqual(INDEX)
    expect(await failureCode(offline.worker(workerIdSchema.parse('echo-worker')))).toBe(
      'registry_unreachable',
    )
  })

  it('heals what was kept and is damaged', async () => {
    const client = await aVictim()
    await install(client)
    for (const name of [...client.kept.keys()].filter((one) => one !== 'root.json')) {
      client.kept.set(name, new TextEncoder().encode('{"signed":'))
      expect(await install(client), name).toEqual(INDEX)
    }
  })

  it('is followed over new roots and another online key', async () => {
    const client = await aVictim()
    await install(client)
    const next = await withOnlineKey(client, aSigner(50))
    await next.repository.update(async () => changesOf({ 'llm-worker': JSON.stringify(INDEX) }))
    expect(await install(client)).toEqual(INDEX)
    expect((await client.open()).rootVersion).toBe(2)
  })
})

describe('arbitrary software', () => {
  it.each([
    ['timestamp.json', 'timestamp'],
    ['snapshot', 'snapshot'],
    ['targets', 'targets'],
    [binOf(PATH), 'bin'],
  ])('is refused: another key signed %s', async (role) => {
    const client = await aVictim()
    client.answers = (name) => {
      const bytes = client.honest(name)
      if (bytes === null || !name.includes(role)) return bytes
      return resigned(bytes, [aSigner(66)])
    }
    // Of the snapshot the timestamp states the digest, which is looked at first.
    expect(await outcome(client)).toBe(role === 'snapshot' ? 'metadata_mixed' : 'metadata_signature')
  })

  it('is refused: another root in place of the next one', async () => {
    const client = await aVictim()
    const keys = rootOf(client, [aSigner(66), aSigner(67)], 2)
    client.answers = (name) => (name === '2.root.json' ? keys : client.honest(name))
    expect(await outcome(client)).toBe('metadata_signature')
  })
})

describe('an old copy', () => {
  it('is refused: the timestamp', async () => {
    const client = await aVictim()
    const old = recorded(client)
    await list(client, { 'llm-worker': JSON.stringify({ ...INDEX, documents: {} }) })
    await install(client)
    client.answers = old
    expect(await outcome(client)).toBe('metadata_rollback')
    client.answers = client.honest
    expect(await outcome(client)).toBe('done')
  })

  it('is refused: a new timestamp over an older bin, signed by whoever stole the online key', async () => {
    const client = await aVictim()
    const old = await readCurrent(client.store)
    await list(client, { 'llm-worker': JSON.stringify({ ...INDEX, documents: {} }) })
    await install(client)
    client.answers = signedBy(client, client.online, {
      ...old?.snapshot.signed,
      version: 4_000_000_000,
    })
    expect(await outcome(client)).toBe('metadata_rollback')
  })

  it('is refused: a snapshot in which a role is gone', async () => {
    const client = await aVictim()
    await install(client)
    const current = await readCurrent(client.store)
    const { [`${binOf(PATH)}.json`]: _gone, ...meta } = current?.snapshot.signed.meta ?? {}
    client.answers = signedBy(client, client.online, {
      ...current?.snapshot.signed,
      meta,
      version: 4_000_000_000,
    })
    expect(await outcome(client)).toBe('metadata_rollback')
  })

  it('is refused: the trusted root once more', async () => {
    const client = await aVictim()
    client.answers = (name) => (name === '2.root.json' ? client.honest('1.root.json') : client.honest(name))
    expect(await outcome(client)).toBe('metadata_rollback')
  })
})

describe('an indefinite freeze', () => {
  it('is noticed when the timestamp expires', async () => {
    const client = await aVictim()
    client.answers = recorded(client)
    client.clock.advance(23 * HOUR_MS)
    expect(await outcome(client)).toBe('done')
    client.clock.advance(2 * HOUR_MS)
    expect(await outcome(client)).toBe('metadata_expired')
  })

  it('is noticed although timestamps are new, when another role expires', async () => {
    const client = await aVictim()
    const current = await readCurrent(client.store)
    client.clock.advance(8 * DAY_MS)
    client.answers = signedBy(client, client.online, { ...current?.snapshot.signed })
    expect(await outcome(client)).toBe('metadata_expired')
  })
})

describe('endless data', () => {
  it.each(['2.root.json', 'timestamp.json', 'snapshot', 'targets.json', 'bin-', 'targets/workers'])(
    'is not read to its end: %s',
    async (file) => {
      const client = await aVictim()
      const endless = new Uint8Array(20_000_000).fill(0x20)
      client.answers = (name) => (name.includes(file) ? endless : client.honest(name))
      expect(await outcome(client)).toBe('metadata_too_large')
      expect(client.fetched.bytes).toBeLessThan(6_000_000)
    },
  )
})

describe('mix and match', () => {
  it('is refused: the snapshot of another moment', async () => {
    const client = await aVictim()
    const old = recorded(client)
    const { version } = (await readCurrent(client.store))?.snapshot.signed ?? {}
    await list(client, { other: 'x' })
    client.answers = (name) =>
      name.endsWith('.snapshot.json') ? old(`${version}.snapshot.json`) : client.honest(name)
    // It is shorter or longer as well, and the size is looked at while it is read.
    expect(['metadata_mixed', 'metadata_too_large']).toContain(await outcome(client))
  })

  it('is refused: an older bin under the name of the newest', async () => {
    const client = await aVictim()
    const name = `${binOf(PATH)}.json`
    const version = (await readCurrent(client.store))?.snapshot.signed.meta[name]?.version
    const old = client.honest(`${version}.${name}`)
    await list(client, { 'llm-worker': JSON.stringify({ ...INDEX, documents: {} }) })
    client.answers = (asked) => (asked.endsWith(name) ? old : client.honest(asked))
    expect(await outcome(client)).toBe('metadata_mixed')
  })
})

describe('extraneous dependencies', () => {
  it('are refused: a document with more than was signed', async () => {
    const index = await install(await aVictim())
    const more = bytesOf({ worker: 'llm-worker', version: '1.0.0', dependencies: ['evil'] })
    expect(codeOf(() => requireDocument(index, RELEASE, more))).toBe('document_altered')
    expect(codeOf(() => requireDocument(index, RELEASE, DOCUMENTS[RELEASE] ?? more))).toBe('done')
  })

  it('are refused: more documents than were signed', async () => {
    const client = await aVictim()
    const index = await install(client)
    expect(codeOf(() => requireDocument(index, '/v1/workers/llm-worker/2.0.0', bytesOf({})))).toBe(
      'document_foreign',
    )
    client.kept.clear()
    client.kept.set('root.json', client.honest('1.root.json') ?? new Uint8Array())
    client.answers = (name) =>
      name.startsWith('targets/')
        ? bytesOf({ ...INDEX, addresses: { 'llm-worker': null, 'llm-worker-cuda': 'evil' } })
        : client.honest(name)
    expect(await outcome(client)).toBe('document_altered')
  })
})

describe('wrong software', () => {
  it('is refused: another worker than was asked for', async () => {
    const index = await install(await aVictim())
    expect(requireAddress(index, 'llm-worker-cuda')).toBe('cuda')
    expect(requireAddress(index, 'llm-worker')).toBeNull()
    for (const address of ['echo-worker', 'llm-worker-rocm', 'constructor', '__proto__']) {
      expect(codeOf(() => requireAddress(index, address))).toBe('document_foreign')
    }
  })

  it('is refused: another release than was asked for', async () => {
    const index = await install(await aVictim())
    const old = DOCUMENTS[OLD_RELEASE] ?? new Uint8Array()
    expect(codeOf(() => requireDocument(index, RELEASE, old))).toBe('document_foreign')
  })

  it("is refused: one worker's description under the name of another", async () => {
    const client = await aVictim()
    await list(client, { 'llm-worker': JSON.stringify({ ...INDEX, worker: 'echo-worker' }) })
    expect(await outcome(client)).toBe('document_foreign')
  })
})

describe('a malicious mirror', () => {
  it.each(['timestamp.json', 'snapshot', '.targets.json', 'bin-', 'targets/workers'])(
    'is noticed that holds back %s',
    async (file) => {
      const client = await aVictim()
      client.answers = (name) => (name.includes(file) ? null : client.honest(name))
      expect(await outcome(client)).toBe('metadata_withheld')
    },
  )

  it.each(['2.root.json', 'timestamp.json', 'bin-'])(
    'is noticed that answers nonsense for %s',
    async (file) => {
      for (const text of [
        '',
        'null',
        '[]',
        '{}',
        '\u0000',
        '{"signed":{},"signatures":[]}',
        `${'['.repeat(10_000)}`,
      ]) {
        const client = await aVictim()
        client.answers = (name) =>
          name.includes(file) ? new TextEncoder().encode(text) : client.honest(name)
        expect(await outcome(client), text).toBe('metadata_invalid')
      }
    },
  )
})

describe('keys that were stolen', () => {
  it('sign nothing that is believed, below the threshold', async () => {
    const client = await aVictim()
    const [stolen] = client.offline
    if (stolen === undefined) throw new Error('there is a key')
    const evil = rootOf(client, [stolen, aSigner(66)], 2)
    client.answers = (name) => (name === '2.root.json' ? evil : client.honest(name))
    expect(await outcome(client)).toBe('metadata_threshold')
  })

  it('do not count twice', async () => {
    const client = await aVictim()
    const [stolen] = client.offline
    if (stolen === undefined) throw new Error('there is a key')
    const evil = JSON.parse(new TextDecoder().decode(rootOf(client, [stolen], 2)))
    evil.signatures.push({ ...evil.signatures[0] })
    client.answers = (name) => (name === '2.root.json' ? bytesOf(evil) : client.honest(name))
    expect(await outcome(client)).toBe('metadata_invalid')
    evil.signatures[1].keyid = client.offline[1]?.keyId
    expect(await outcome(client)).toBe('metadata_threshold')
  })

  it('sign no root and no targets when it is the online key', async () => {
    const client = await aVictim()
    const evil = rootOf(client, [client.online], 2)
    client.answers = (name) => (name === '2.root.json' ? evil : client.honest(name))
    expect(await outcome(client)).toBe('metadata_signature')
  })

  it('are believed no more once a root without them was seen', async () => {
    const client = await aVictim()
    const before = recorded(client)
    await withOnlineKey(client, aSigner(50))
    await install(client)
    client.answers = (name) => (name.endsWith('root.json') ? client.honest(name) : before(name))
    expect(await outcome(client)).toBe('metadata_signature')
  })
})

describe('bytes that were changed anywhere', () => {
  it('are refused, whatever the file', async () => {
    const client = await aVictim()
    await install(client)
    const names = client.fetched.names.filter((name) => client.honest(name) !== null)
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), async (file, place, bit) => {
        const target = names[file % names.length] ?? ''
        const bytes = client.honest(target)?.slice() ?? new Uint8Array()
        const at = place % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        client.kept.clear()
        client.kept.set('root.json', client.honest('1.root.json') ?? new Uint8Array())
        client.answers = (name) => (name === target ? bytes : client.honest(name))
        const code = await outcome(client)
        expect(code, `${target} at ${at}`).toMatch(/^(metadata|document)_|^done$/)
        // What is not signed may change: the name of a field that nobody reads, beside the signatures.
        if (code === 'done') expect(await install(client)).toEqual(INDEX)
      }),
      { numRuns: 300 },
    )
  })
})

function codeOf(action: () => unknown): string {
  try {
    action()
    return 'done'
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}

/** The same contents, signed by others. */
function resigned(bytes: Uint8Array, signers: readonly Signer[]): Uint8Array {
  return signedFile(JSON.parse(new TextDecoder().decode(bytes)).signed, signers)
}

function rootOf({ clock }: TestClient, signers: readonly Signer[], version: number): Uint8Array {
  const offline = signers.map(({ publicKey }) => publicKey)
  const online = aSigner(99).publicKey
  const validity = { version, now: clock(), lifetimeMs: OFFLINE_LIFETIME_MS }
  return makeRoot({ offline, threshold: 1, online }, validity, signers)
}

/** A mirror that gives this snapshot, under a timestamp for it. */
function signedBy(client: TestClient, online: Signer, snapshot: object) {
  const file = signedFile(snapshot, [online])
  const { version } = snapshot as { version: number }
  const timestamp = signedFile(
    {
      _type: 'timestamp',
      spec_version: '1.0.31',
      version: 4_000_000_000,
      expires: expiry(client.clock(), DAY_MS),
      meta: { 'snapshot.json': { version, length: file.length, hashes: { sha256: sha256Of(file) } } },
    },
    [online],
  )
  return (name: string) => {
    if (name === 'timestamp.json') return timestamp
    return name === `${version}.snapshot.json` ? file : client.honest(name)
  }
}
