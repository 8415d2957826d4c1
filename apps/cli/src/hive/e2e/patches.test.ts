import { createCipheriv } from 'node:crypto'
import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { makePatch, memorySource } from '@rbee/deltas'
import {
  digestOf,
  type PatchDocument,
  platformSchema,
  type Sha256,
  sha256Of,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { anOperator, packedArchive, streamOf } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const ID = 'patched-worker'

let catalog: TestCatalog
let machine: Machine
let host: string

beforeEach(async () => {
  catalog = await startCatalog()
  machine = await aMachine(catalog.url)
  host = await machine.profile({})
  await publish('1.0.0')
  await publish('1.1.0')
  const outcome = await machine.hive('install', `${ID}@1.0.0`, '--host-profile', host)
  expect(outcome).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

/** Bytes that nothing compresses, and a few that tell the version. */
function filesOf(version: string) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
  const data = Buffer.concat([cipher.update(Buffer.alloc(200_000)), Buffer.from(version)])
  return { ...program(ID, 'true'), 'lib/data': data }
}

function publish(version: string): Promise<void> {
  return catalog.publish({ id: ID, version, variants: { cpu: filesOf(version) } })
}

async function makeRealPatch(): Promise<{ bytes: Uint8Array; from: Sha256 }> {
  const [before, after] = [await packedArchive(filesOf('1.0.0')), await packedArchive(filesOf('1.1.0'))]
  const [base, target] = [gunzipSync(before.bytes), gunzipSync(after.bytes)]
  const patch = await makePatch(memorySource(base), memorySource(target), { now: () => 0 })
  if (typeof patch === 'string') throw new Error(`there is no patch: ${patch}`)
  return { bytes: patch.bytes, from: sha256Of(before.digest) }
}

async function putPatch({ bytes, from }: { bytes: Uint8Array; from: Sha256 }): Promise<PatchDocument> {
  const name = {
    id: workerIdSchema.parse(ID),
    version: versionSchema.parse('1.1.0'),
    platform: platformSchema.parse(`${HOST_OS}-${HOST_ARCH}`),
    variant: variantNameSchema.parse('cpu'),
    from: digestOf(from),
  }
  return (await catalog.registry.putPatch(anOperator(), name, streamOf(bytes), bytes.length)).patch
}

const update = () => machine.hiveJson('update', ID, '--host-profile', host)

async function installedData(): Promise<string> {
  const text = await readFile(join(machine.home, 'workers', ID, 'active.json'), 'utf8')
  const { active } = JSON.parse(text) as { active: { build: string } }
  const data = await readFile(join(machine.home, 'workers', ID, 'builds', active.build, 'lib/data'))
  return data.subarray(200_000).toString()
}

describe('an update', () => {
  it('moves the bytes of a patch instead of the archive', async () => {
    const patch = await putPatch(await makeRealPatch())
    const { code, value, stderr } = await update()
    expect(code).toBe(0)
    expect(value).toMatchObject({ workers: [{ transfer: { bytes: patch.size, patched_from: '1.0.0' } }] })
    expect(patch.size).toBeLessThan(5_000)
    expect(stderr).toContain('patching 1.0.0')
    expect(await installedData()).toBe('1.1.0')
  })

  it('with a patch that is damaged, missing or of a changed build downloads the whole archive by itself', async () => {
    const real = await makeRealPatch()
    const damaged = Uint8Array.from(real.bytes)
    damaged[damaged.length - 10] = (damaged[damaged.length - 10] ?? 0) ^ 1
    const { sha256, size } = await putPatch({ ...real, bytes: damaged })
    const first = await update()
    expect(first.value).toMatchObject({ workers: [{ status: 'updated', transfer: { patched_from: null } }] })
    const { bytes } = (first.value as { workers: [{ transfer: { bytes: number } }] }).workers[0].transfer
    expect(bytes).toBeGreaterThan(200_000 + size / 2)
    expect(first.stderr).toContain('downloading the whole archive instead')
    expect(await installedData()).toBe('1.1.0')

    expect(await machine.hive('rollback', ID)).toMatchObject({ code: 0 })
    await rm(join(catalog.dataDir, 'archives/sha256', sha256.slice(0, 2), sha256), { force: true })
    const second = await machine.hiveJson('install', `${ID}@1.1.0`, '--host-profile', host)
    expect(second.value).toMatchObject({ status: 'installed', transfer: { patched_from: null } })
    expect(second.stderr).toContain('downloading the whole archive instead')
  })

  it('of a build whose files were changed by hand ends with what was published', async () => {
    await putPatch(await makeRealPatch())
    const text = await readFile(join(machine.home, 'workers', ID, 'active.json'), 'utf8')
    const { active } = JSON.parse(text) as { active: { build: string } }
    const file = join(machine.home, 'workers', ID, 'builds', active.build, 'lib/data')
    const data = await readFile(file)
    await rm(file)
    await appendFile(file, data.fill(0, 500, 900))
    const { value, stderr } = await update()
    expect(value).toMatchObject({ workers: [{ status: 'updated', transfer: { patched_from: null } }] })
    expect(stderr).toContain('downloading the whole archive instead')
    expect(await installedData()).toBe('1.1.0')
  })
})
