import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PublisherSigner } from '@rbee/provenance'
import { type KeyChange, workerIdSchema, workerKeysSchema } from '@rbee/schema'
import { aKeyChange, anOperator, aPublisherSigner } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import type { Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld, type Machine } from '../trust/testing/lying-world.ts'

const [alice, bob] = [aPublisherSigner(1), aPublisherSigner(2)]
let world: LyingWorld
let workers = 0

beforeAll(async () => {
  world = await lyingWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

/** A worker whose first release nobody signed, whose key is bound then, and whose second release is signed. */
async function aSignedWorker(): Promise<string> {
  workers += 1
  const id = `signed-worker-${workers}`
  await world.publish(id, '1.0.0')
  await change(id, 'bound', alice)
  await world.publish(id, '1.1.0', alice)
  return id
}

async function historyOf(id: string): Promise<KeyChange[]> {
  const answer = await fetch(`${world.catalog.url}/v1/workers/${id}/keys`)
  return workerKeysSchema.parse(await answer.json()).history
}

async function change(
  id: string,
  kind: 'bound' | 'added' | 'revoked',
  key: PublisherSigner,
  signers: readonly PublisherSigner[] = [key],
): Promise<void> {
  const worker = workerIdSchema.parse(id)
  const input = aKeyChange(worker, await historyOf(id), kind, key, signers)
  await world.catalog.registry.changeKeys(anOperator(), worker, input)
}

const reset = (id: string, key: PublisherSigner | null) =>
  world.catalog.registry.resetKeys(anOperator(), workerIdSchema.parse(id), {
    key: key?.key ?? null,
    reason: 'the publisher lost it',
  })

async function expectRefused(
  machine: Machine,
  registry: string,
  id: string,
  code: string,
  command = 'install',
) {
  const before = await machine.active(id)
  const ended =
    command === 'install' ? await machine.install(registry, id) : await machine.hive([command, id])
  expect({ exitCode: ended.exitCode, code: ended.code }, ended.stderr).toEqual({
    exitCode: EXIT.refused,
    code,
  })
  expect(await machine.active(id)).toEqual(before)
}

const envelope =
  (change: (body: Buffer) => Buffer | null): Lie =>
  (path, answer) => {
    if (!path.includes('/provenance/')) return answer
    const body = change(Buffer.from(answer.body))
    return body === null ? { status: 404, body: Buffer.from('{}') } : { ...answer, body }
  }

describe('a worker whose publisher signs', () => {
  it('is installed with the proof of who made it, and its keys are kept', async () => {
    const [id, machine, registry] = [await aSignedWorker(), world.machine(), world.turning()]
    expect((await machine.install(registry.url, id)).code).toBe('done')
    expect(await machine.active(id)).toMatchObject({
      version: '1.1.0',
      evidence: { publisher: { key_ids: [alice.key.key_id], builder: 'https://builder.example/v1' } },
    })
    const { stdout } = await machine.hive(['trust', 'keys', id, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      worker: id,
      registry: registry.url,
      provenance_required: true,
      keys: [{ key_id: alice.key.key_id, status: 'valid' }],
    })
  })

  it('may change its keys by its own signature, and what was signed before stays good', async () => {
    const [id, machine, registry] = [await aSignedWorker(), world.machine(), world.turning()]
    await machine.install(registry.url, id)
    await change(id, 'added', bob, [alice, bob])
    await change(id, 'revoked', alice, [bob])
    expect((await machine.install(registry.url, `${id}@1.0.0`)).code).toBe('done')
    await world.publish(id, '1.2.0', bob)
    expect((await machine.hive(['update', id])).code).toBe('done')
    expect(await machine.active(id)).toMatchObject({
      version: '1.2.0',
      evidence: { publisher: { key_ids: [bob.key.key_id] } },
    })
    expect((await machine.install(registry.url, `${id}@1.1.0`)).code).toBe('done')
  })

  it('offers what was published before it had a key, and nothing is fetched of workers without keys', async () => {
    const [id, machine] = [await aSignedWorker(), world.machine()]
    const asked: string[] = []
    const registry = world.proxy.registry((path, answer) => {
      asked.push(path)
      return answer
    })
    expect((await machine.install(registry, `${id}@1.0.0`)).code).toBe('done')
    expect(await machine.active(id)).toMatchObject({ evidence: { publisher: null } })
    await world.publish('plain-worker', '1.0.0')
    asked.length = 0
    expect((await machine.install(registry, 'plain-worker')).code).toBe('done')
    expect(asked.filter((path) => /\/(?:keys|provenance)/.test(path))).toEqual([])
  })

  it('is not installed with another envelope than the one that the registry signed', async () => {
    const id = await aSignedWorker()
    const lies: [(body: Buffer) => Buffer | null, string][] = [
      [(body) => flip(body, '"payload":"', 20), 'provenance_invalid'],
      [(body) => flip(body, '"payloadType":"', 3), 'provenance_invalid'],
      [(body) => flip(body, '"sig":"', 5), 'provenance_invalid'],
      [(body) => flip(body, '"keyid":"', 5), 'provenance_invalid'],
      [(body) => body.subarray(0, -1), 'provenance_invalid'],
      [() => Buffer.alloc(1_000_000, 0x20), 'provenance_invalid'],
      [() => null, 'provenance_missing'],
    ]
    await Promise.all(
      lies.map(([lie, code]) =>
        expectRefused(world.machine(), world.proxy.registry(envelope(lie)), id, code),
      ),
    )
  })

  it('is not installed where the registry denies or alters its keys', async () => {
    const id = await aSignedWorker()
    const keys = `/v1/workers/${id}/keys`
    const denial = Buffer.from(
      await (await fetch(`${world.catalog.url}/v1/workers/no-worker/keys`)).arrayBuffer(),
    )
    const denied = world.proxy.registry((path, answer) =>
      path === keys ? { status: 404, body: denial } : answer,
    )
    const altered = world.proxy.registry((path, answer) =>
      path === keys ? { ...answer, body: flip(Buffer.from(answer.body), '"at":"', 3) } : answer,
    )
    await Promise.all([
      expectRefused(world.machine(), denied, id, 'metadata_withheld'),
      expectRefused(world.machine(), altered, id, 'document_altered'),
    ])
  })
})

describe('keys that the registry changed without the publisher', () => {
  it('are refused until somebody accepts them who is shown both', async () => {
    const [id, machine, registry] = [await aSignedWorker(), world.machine(), world.turning()]
    await machine.install(registry.url, id)
    await reset(id, bob)
    await world.publish(id, '1.2.0', bob)
    await expectRefused(machine, registry.url, id, 'publisher_key_changed')
    await expectRefused(machine, registry.url, id, 'publisher_key_changed', 'update')
    const asked = await machine.hive(['trust', 'accept-keys', id])
    expect(asked.code).toBe('usage')
    const accepted = await machine.hive(['trust', 'accept-keys', id, '--yes', '--json'])
    expect(JSON.parse(accepted.stdout)).toMatchObject({
      status: 'accepted',
      before: [alice.key.key_id],
      now: [bob.key.key_id],
      resets: [{ reason: 'the publisher lost it' }],
      rewritten: false,
    })
    expect(accepted.stderr).toContain(`known  ${alice.key.key_id}`)
    expect(accepted.stderr).toContain(`now    ${bob.key.key_id}`)
    expect((await machine.hive(['update', id])).code).toBe('done')
    const again = await machine.hive(['trust', 'accept-keys', id, '--yes', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'current' })
  })

  it('do not let provenance go missing unseen, be it that what was kept of them is gone', async () => {
    const [id, machine, registry] = [await aSignedWorker(), world.machine(), world.turning()]
    await machine.install(registry.url, id)
    await reset(id, null)
    await world.publish(id, '1.2.0')
    await expectRefused(machine, registry.url, id, 'publisher_key_changed')
    const [folder = ''] = await readdir(join(machine.home, 'trust'))
    const publishers = join(machine.home, 'trust', folder, 'publishers')
    await rm(publishers, { recursive: true })
    await expectRefused(machine, registry.url, id, 'provenance_lost')
    expect((await machine.hive(['trust', 'accept-keys', id, '--yes'])).code).toBe('done')
    expect((await machine.install(registry.url, id)).code).toBe('done')
    await writeFile(join(publishers, `${id}.json`), '{"history": []}')
    await world.publish(id, '1.3.0')
    expect((await machine.install(registry.url, id)).code).toBe('state_damaged')
  })
})

/** Another letter, some places behind a text. */
function flip(body: Buffer, behind: string, places: number): Buffer {
  const at = body.indexOf(behind) + behind.length + places
  body.writeUInt8(body.readUInt8(at) === 0x61 ? 0x62 : 0x61, at)
  return body
}
