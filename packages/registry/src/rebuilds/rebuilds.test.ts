import { openSqliteDatabase } from '@rbee/db/sqlite'
import { rebuilderAccount, signRebuild } from '@rbee/provenance'
import { type RebuildInput, releaseDocumentSchema } from '@rbee/schema'
import {
  aCaller,
  anOperator,
  aPublisherSigner,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aVersion,
  aWorkerId,
  failureCode,
  packedArchive,
  sendArchive,
  type TestRegistry,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../registry.ts'

const RELEASE = { id: aWorkerId(), version: aVersion('1.0.0') }
const packed = await packedArchive({ 'bin/echo-worker': 'one' })
const input = aReleaseInput({ version: RELEASE.version, artifacts: [artifactOf([packed])] })

async function aWorld(): Promise<TestRegistry> {
  const world = aRegistry(openSqliteDatabase(':memory:'))
  await sendArchive(world.registry, aCaller(), packed)
  await world.registry.publishRelease(aCaller(), RELEASE.id, input)
  return world
}

async function served({ ports }: TestRegistry) {
  const stored = await ports.documents.get({ kind: 'release', ...RELEASE })
  return releaseDocumentSchema.parse(JSON.parse(new TextDecoder().decode(stored?.body)))
}
const countsIn = async (world: TestRegistry) => (await served(world)).variants[0]?.artifacts[0]?.rebuilds

async function statement(world: TestRegistry, caller: Caller, number: number): Promise<RebuildInput> {
  const { release } = await served(world)
  const [artifact] = input.artifacts
  if (release === null || artifact === undefined) throw new Error('nothing was published')
  const { platform, variant, digest } = artifact
  const signer = aPublisherSigner(number)
  const envelope = signRebuild(
    {
      subject: { worker: RELEASE.id, version: RELEASE.version, platform, variant, digest },
      ...{ release, rebuilt: digest },
      source: { repository: null, commit: 'c'.repeat(40) },
      account: rebuilderAccount({ id: caller.tokenId, scope: caller.scope }),
      ...{ builder: 'rbee-publish/0.0.0', finishedOn: new Date(world.clock()).toISOString() },
    },
    signer,
  )
  return { envelope, key: signer.key }
}

const rebuilder = (number: number) => aCaller({ tokenId: `rebuilder-${number}` })
const attest = async (world: TestRegistry, caller: Caller, number: number) =>
  world.registry.attestRebuild(caller, RELEASE, await statement(world, caller, number))

describe('attestations of rebuilds', () => {
  it('come back with a database that was lost, and with whom operators struck', async () => {
    const before = await aWorld()
    for (const number of [1, 2, 3]) await attest(before, rebuilder(number), number)
    const key = aPublisherSigner(3).key.key_id
    await before.registry.strikeRebuilder(anOperator(), { rebuilder: key, reason: 'invents', struck: true })
    expect(await countsIn(before)).toEqual({ agree: 2, disagree: 0 })

    const { documents, archives } = before.ports
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives })
    await after.registry.restoreLostRows()
    expect(await after.ports.database.getWorker(RELEASE.id)).toEqual(
      await before.ports.database.getWorker(RELEASE.id),
    )
    await after.registry.writeDueDocuments()
    expect(await countsIn(after)).toEqual({ agree: 2, disagree: 0 })
    expect(await attest(after, rebuilder(4), 4)).toMatchObject({ created: true, counts: { agree: 3 } })
  })

  it('are not taken from a run of a workflow, of which every run would be somebody else', async () => {
    const world = await aWorld()
    const run = { ...aCaller({ tokenId: 'run' }), run: {} } as Caller
    expect(await failureCode(attest(world, run, 1))).toBe('forbidden')
    expect(await countsIn(world)).toEqual({ agree: 0, disagree: 0 })
  })

  it('are limited for each account', async () => {
    const world = await aWorld()
    for (const number of [1, 2, 3, 4, 5]) await attest(world, rebuilder(1), number)
    expect(await failureCode(attest(world, rebuilder(1), 6))).toBe('rebuild_limit')
    expect(await attest(world, rebuilder(1), 5)).toMatchObject({ created: false })
    expect(await countsIn(world)).toEqual({ agree: 1, disagree: 0 })
  })

  it('are finished where a call was cut off between its rows and its documents', async () => {
    const world = await aWorld()
    const body = await statement(world, rebuilder(1), 1)
    const { documents } = world.ports
    const broken = aRegistry(world.ports.database, {
      ...world.ports,
      documents: {
        ...documents,
        put: (key, bytes, expectation) =>
          key.kind === 'release' ? Promise.reject(new Error('gone')) : documents.put(key, bytes, expectation),
      },
    })
    await expect(broken.registry.attestRebuild(rebuilder(1), RELEASE, body)).rejects.toThrow()
    expect(await countsIn(world)).toEqual({ agree: 0, disagree: 0 })
    expect(await world.registry.attestRebuild(rebuilder(1), RELEASE, body)).toMatchObject({ created: false })
    expect(await countsIn(world)).toEqual({ agree: 1, disagree: 0 })
  })
})
