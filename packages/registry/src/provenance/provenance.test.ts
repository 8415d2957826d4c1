import { openSqliteDatabase } from '@rbee/db/sqlite'
import { continuesHistory, parseEnvelope, readHistory, verifyArtifact } from '@rbee/provenance'
import { type KeyChangeInput, type ReleaseInput, workerIndexSchema, workerKeysSchema } from '@rbee/schema'
import {
  aCaller,
  aKeyChange,
  anOperator,
  aPublisherSigner,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  failureCode,
  failureOf,
  packedArchive,
  sendArchive,
  type TestRegistry,
  withProvenance,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import type { DocumentKey } from '../storage-keys.ts'

const ID = aWorkerId()
const [alice, bob, mallory] = [aPublisherSigner(1), aPublisherSigner(2), aPublisherSigner(3)]
const packed = await packedArchive({ 'bin/echo-worker': 'one' })
const release = (version = '1.0.0', readme: string | null = null) =>
  aReleaseInput({ version, readme, artifacts: [artifactOf([packed])] })

class World {
  readonly test: TestRegistry
  constructor(test: TestRegistry) {
    this.test = test
  }

  get registry() {
    return this.test.registry
  }
  publish(input: ReleaseInput, caller = aCaller()) {
    return this.registry.publishRelease(caller, ID, input)
  }
  change(input: KeyChangeInput, caller = aCaller()) {
    return this.registry.changeKeys(caller, ID, input)
  }
  async history() {
    return (await this.test.ports.database.getWorker(ID))?.keyChanges ?? []
  }
  async bind(signer = alice) {
    return this.change(aKeyChange(ID, await this.history(), 'bound', signer))
  }
  async add(signer = bob, by = alice) {
    return this.change(aKeyChange(ID, await this.history(), 'added', signer, [by, signer]))
  }
  async revoke(signer = alice, by = alice) {
    return this.change(aKeyChange(ID, await this.history(), 'revoked', signer, [by]))
  }
  async document(key: DocumentKey): Promise<unknown> {
    const stored = await this.test.ports.documents.get(key)
    return stored && JSON.parse(new TextDecoder().decode(stored.body))
  }
}

/** A registry with one release of one worker, and no key. */
async function aWorld(): Promise<World> {
  const world = new World(aRegistry(openSqliteDatabase(':memory:')))
  await sendArchive(world.registry, aCaller(), packed)
  await world.publish(release())
  return world
}

describe('a worker with a key', () => {
  it('takes no release without provenance, whoever brings it', async () => {
    const world = await aWorld()
    await world.bind()
    for (const caller of [aCaller(), anOperator(), aCaller({ tokenId: 'ci', worker: ID })]) {
      const refused = await failureOf(world.publish(release('1.1.0'), caller))
      expect(refused).toMatchObject({ code: 'provenance_required', status: 403 })
      expect(refused?.next).toContain('--sign')
    }
    expect(await world.test.ports.database.getRelease(ID, release('1.1.0').version)).toBeNull()
  })

  it('takes one that its key signed, and shows what was signed', async () => {
    const world = await aWorld()
    await world.bind()
    const input = withProvenance(release('1.1.0'), alice)
    const { created, release: document } = await world.publish(input)
    expect(created).toBe(true)
    const [artifact] = document.variants[0]?.artifacts ?? []
    const provenance = artifact?.provenance
    expect(provenance).toMatchObject({
      url: '/v1/workers/echo-worker/1.1.0/provenance/linux-x86_64/cpu',
      key_ids: [alice.key.key_id],
      attached_at: document.published_at,
    })
    if (!provenance || !artifact) throw new Error('no provenance')
    const stored = await world.test.ports.documents.get({ kind: 'provenance', sha256: provenance.sha256 })
    expect(stored?.body.length).toBe(provenance.size)
    const verdict = verifyArtifact(
      {
        subject: {
          worker: ID,
          version: document.version,
          platform: artifact.platform,
          variant: input.artifacts[0]?.variant ?? document.default_variant,
          digest: artifact.digest,
        },
        release: document.release,
        attachedAt: provenance.attached_at,
      },
      parseEnvelope(stored?.body ?? new Uint8Array()),
      readHistory(ID, await world.history()),
    )
    expect(verdict).toMatchObject({ ok: true, keys: [{ key: alice.key }] })
  })

  it('takes none that anybody else signed, or that was signed for something else', async () => {
    const world = await aWorld()
    await world.bind()
    const publish = (input: ReleaseInput) => failureCode(world.publish(input))
    expect(await publish(withProvenance(release('1.1.0'), mallory))).toBe('provenance_key_unknown')
    expect(await publish(withProvenance(release('1.1.0'), alice, mallory))).toBe('provenance_key_unknown')
    const earlier = withProvenance(release('1.0.1'), alice)
    expect(await publish({ ...earlier, version: release('1.1.0').version })).toBe('provenance_wrong_subject')
    // The same bytes under the same version, started with other arguments.
    const signed = withProvenance(release('1.1.0'), alice)
    const manifest = { ...signed.manifest, description: 'another' }
    expect(await publish({ ...signed, manifest })).toBe('provenance_wrong_subject')
    const [artifact] = signed.artifacts
    if (!artifact?.provenance) throw new Error('no provenance')
    const broken = { ...artifact.provenance, payload: `${artifact.provenance.payload.slice(0, -4)}AAAA` }
    const altered = { ...signed, artifacts: [{ ...artifact, provenance: broken }] }
    expect(await publish(altered)).toBe('provenance_invalid')
  })

  it('is published by the keys of the moment', async () => {
    const world = await aWorld()
    await world.bind()
    await world.add()
    await world.revoke(alice, bob)
    expect(await failureCode(world.publish(withProvenance(release('1.1.0'), alice)))).toBe(
      'provenance_key_revoked',
    )
    expect(await failureCode(world.publish(withProvenance(release('1.1.0'), bob)))).toBe('done')
  })

  it('stays closed when no key is left, until an operator resets the keys', async () => {
    const world = await aWorld()
    await world.bind()
    await world.revoke()
    expect(await failureCode(world.publish(release('1.1.0')))).toBe('provenance_required')
    expect(await failureCode(world.bind(bob))).toBe('key_change_refused')
    const reset = { reason: 'lost', key: bob.key }
    expect(await failureCode(world.registry.resetKeys(aCaller(), ID, reset))).toBe('forbidden')
    const { keys } = await world.registry.resetKeys(anOperator(), ID, reset)
    expect(keys.keys.map(({ status }) => status)).toEqual(['revoked', 'valid'])
    expect(await failureCode(world.publish(withProvenance(release('1.1.0'), bob)))).toBe('done')
  })

  it('may be left without one by an operator, and binds another', async () => {
    const world = await aWorld()
    await world.bind()
    const { keys } = await world.registry.resetKeys(anOperator(), ID, { reason: 'lost', key: null })
    expect(keys.provenance_required).toBe(false)
    expect(await failureCode(world.publish(release('1.1.0')))).toBe('done')
    expect((await world.bind(bob)).keys.provenance_required).toBe(true)
  })

  it('is one that a key could not be reset of before it had one', async () => {
    const world = await aWorld()
    const reset = world.registry.resetKeys(anOperator(), ID, { reason: 'x', key: bob.key })
    expect(await failureCode(reset)).toBe('key_change_refused')
  })
})

describe('a change of keys', () => {
  it('needs the token of the publisher beside the signature', async () => {
    const world = await aWorld()
    const binding = aKeyChange(ID, [], 'bound', mallory)
    expect(await failureCode(world.change(binding, aCaller({ tokenId: 'stranger' })))).toBe('forbidden')
    const limited = aCaller({ tokenId: 'ci', worker: aWorkerId('other') })
    expect(await failureCode(world.change(binding, limited))).toBe('forbidden')
    expect(await failureCode(world.registry.changeKeys(aCaller(), aWorkerId('nobody'), binding))).toBe(
      'worker_not_found',
    )
    expect(await world.history()).toEqual([])
  })

  it('is nothing new the second time', async () => {
    const world = await aWorld()
    const binding = aKeyChange(ID, [], 'bound', alice)
    expect(await world.change(binding)).toMatchObject({ changed: true })
    expect(await world.change(binding)).toMatchObject({ changed: false })
    expect(await world.history()).toHaveLength(1)
  })

  it('happens once of two at the same time', async () => {
    const world = await aWorld()
    const codes = await Promise.all([failureCode(world.bind(alice)), failureCode(world.bind(bob))])
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
    expect(codes.filter((code) => code !== 'done')[0]).toMatch(/^key_change_(conflict|refused)$/)
    expect(await world.history()).toHaveLength(1)
  })

  it('is no older than the one before it where the clock was put back', async () => {
    const world = await aWorld()
    await world.bind()
    world.test.clock.advance(-3_600_000)
    await world.add()
    const [first, second] = await world.history()
    expect(second?.at).toBe(first?.at)
    await world.publish(withProvenance(release('1.1.0'), bob))
    const rows = (await world.test.ports.database.getWorker(ID))?.provenance
    expect(rows?.map(({ attachedAt }) => attachedAt)).toEqual([Date.parse(first?.at ?? '')])
  })

  it('stands in the log', async () => {
    const world = await aWorld()
    await world.bind()
    await world.registry.resetKeys(anOperator(), ID, { reason: 'stolen', key: bob.key })
    const log = await world.test.ports.database.listWorkerLog(ID)
    const entries = log.map(({ body }) => JSON.parse(body)).filter(({ kind }) => kind === 'key_change')
    expect(entries).toMatchObject([
      { change: 'added', role: 'publisher', keys: [alice.key.key_id], worker: ID },
      { change: 'rotated', keys: [bob.key.key_id], actor: 'operator', reason: 'stolen' },
    ])
    expect(entries[0].actor).toMatch(/^token:[0-9a-f]{32}$/)
  })

  it('is told of in a document that the signed index of the worker names', async () => {
    const world = await aWorld()
    const url = `/v1/workers/${ID}/keys`
    const index = async () => workerIndexSchema.parse(await world.document({ kind: 'worker-index', id: ID }))
    expect((await index()).documents[url]).toBeUndefined()
    const { keys } = await world.bind()
    expect(workerKeysSchema.parse(await world.document({ kind: 'worker-keys', id: ID }))).toEqual(keys)
    const before = (await index()).documents[url]
    expect(before?.sha256).toMatch(/^[0-9a-f]{64}$/)
    const after = await world.add()
    expect((await index()).documents[url]?.sha256).not.toBe(before?.sha256)
    expect(continuesHistory(keys.history, after.keys.history)).toBe(true)
  })
})

describe('provenance', () => {
  it('can be given to a release later, once', async () => {
    const world = await aWorld()
    await world.bind()
    await world.add()
    const { created, release: document } = await world.publish(withProvenance(release(), alice))
    expect(created).toBe(false)
    const given = document.variants[0]?.artifacts[0]?.provenance
    expect(given?.key_ids).toEqual([alice.key.key_id])
    const again = await world.publish(withProvenance(release(), bob))
    expect(again.release.variants[0]?.artifacts[0]?.provenance).toEqual(given)
  })

  it('stays when the release is published again without', async () => {
    const world = await aWorld()
    await world.bind()
    const first = await world.publish(withProvenance(release('1.1.0'), alice))
    const again = await world.publish(release('1.1.0'))
    expect(again).toEqual({ created: false, release: first.release })
  })

  it('is judged when it is given later, too', async () => {
    const world = await aWorld()
    const before = withProvenance(release(), alice)
    expect(await failureCode(world.publish(before))).toBe('provenance_key_unknown')
    await world.bind()
    expect(await failureCode(world.publish(withProvenance(release(), mallory)))).toBe(
      'provenance_key_unknown',
    )
  })

  it('is not part of what makes two releases the same, nor of what is kept of one', async () => {
    const world = await aWorld()
    await world.bind()
    await world.publish(withProvenance(release('1.1.0'), alice))
    const row = await world.test.ports.database.getRelease(ID, release('1.1.0').version)
    expect(row?.input).toEqual(release('1.1.0'))
  })

  it('is not the reason why a first release fails', async () => {
    const world = new World(aRegistry(openSqliteDatabase(':memory:')))
    await sendArchive(world.registry, aCaller(), packed)
    expect(await failureCode(world.publish(withProvenance(release(), alice)))).toBe('provenance_key_unknown')
    expect(await world.test.ports.database.getWorker(ID)).toBeNull()
  })
})

describe('a database that was lost', () => {
  it('knows every key and all provenance before the first release is back', async () => {
    const world = await aWorld()
    await world.bind()
    await world.publish(withProvenance(release('1.1.0'), alice))
    const { documents, archives } = world.test.ports
    const calls: string[] = []
    const database = openSqliteDatabase(':memory:')
    const spied: typeof database = {
      ...database,
      restoreKeys(...args) {
        calls.push('keys')
        return database.restoreKeys(...args)
      },
      insertRelease(...args) {
        calls.push('release')
        return database.insertRelease(...args)
      },
    }
    const after = new World(aRegistry(spied, { documents, archives }))
    await after.registry.restoreLostRows()
    expect(calls).toEqual(['keys', 'release', 'release'])
    expect(await database.getWorker(ID)).toEqual(await world.test.ports.database.getWorker(ID))
    await sendArchive(after.registry, aCaller(), packed)
    expect(await failureCode(after.publish(release('1.2.0')))).toBe('provenance_required')
  })

  it('lets nothing be published by a history that was altered', async () => {
    const world = await aWorld()
    await world.bind()
    const [change] = await world.history()
    const { database } = world.test.ports
    if (change === undefined) throw new Error('no change')
    const record = await database.getWorker(ID)
    const altered: typeof database = {
      ...database,
      getWorker: async () => record && { ...record, keyChanges: [{ ...change, key: mallory.key }] },
    }
    const other = new World(aRegistry(altered))
    await expect(other.publish(withProvenance(release('1.1.0'), mallory))).rejects.toThrow('does not hold')
  })
})
