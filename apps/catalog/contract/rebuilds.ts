import { readRebuild, rebuilderAccount, signRebuild } from '@rbee/provenance'
import {
  currentTokenSchema,
  digestSchema,
  type RebuildInput,
  type ReleaseDocument,
  rebuildAttestedSchema,
  rebuildsSchema,
  releaseDocumentSchema,
  strikeSchema,
} from '@rbee/schema'
import { aDigest, aPublisherSigner, artifactOf, packedArchive } from '@rbee/testing'
import { type LogSource, parseVerifierKey, readCheckpoint, replayLog } from '@rbee/transparency-log'
import { describe, expect, it } from 'vitest'
import { createToken, publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const COMMIT = 'c'.repeat(40)
const OTHER_BYTES = aDigest(77)
const NOW = () => new Date().toISOString()

/** Somebody who builds releases once more. */
interface Rebuilder {
  readonly token: string
  readonly account: string
  readonly signer: ReturnType<typeof aPublisherSigner>
}

export function rebuilds(subject: Opened, samples: () => Samples): void {
  const released = async (path: string) => expectJson(await subject().fetch(path), 200, releaseDocumentSchema)
  const countsOf = async (id: string) =>
    (await released(`/v1/workers/${id}/1.0.0`)).variants.flatMap(({ artifacts }) => artifacts)[0]?.rebuilds

  const rebuilder = async (number: number, token?: string): Promise<Rebuilder> => {
    const own = token ?? (await createToken(subject(), { scope: 'publish' }))
    const who = await expectJson(
      await send(subject(), 'GET', '/v1/tokens/current', { token: own }),
      200,
      currentTokenSchema,
    )
    return { token: own, account: rebuilderAccount(who), signer: aPublisherSigner(number) }
  }

  const bring = async (id: string): Promise<ReleaseDocument> => {
    const packed = await packedArchive({ [`bin/${id}`]: id })
    await sendArchive(subject(), samples().publishToken, packed)
    await publish(subject(), samples().publishToken, releaseOf(id, [artifactOf([packed])]))
    return released(`/v1/workers/${id}/1.0.0`)
  }

  /** What the rebuilder would send about the only artifact of a release. */
  const attestation = (
    { signer, account }: Rebuilder,
    release: ReleaseDocument,
    rebuilt: string | null = null,
    finishedOn = NOW(),
  ): RebuildInput => {
    const [variant] = release.variants.filter(({ artifacts }) => artifacts.length > 0)
    const artifact = variant?.artifacts[0]
    if (!variant || !artifact || release.release === null) throw new Error('the release has no artifact')
    const { worker, version } = release
    const { platform, digest } = artifact
    const envelope = signRebuild(
      {
        subject: { worker, version, platform, variant: variant.name, digest },
        release: release.release,
        rebuilt: digestSchema.parse(rebuilt ?? digest),
        source: { repository: 'https://git.example/worker.git', commit: COMMIT },
        ...{ account, builder: 'rbee-publish/0.0.0', finishedOn },
      },
      signer,
    )
    return { envelope, key: signer.key }
  }

  const post = (id: string, token: string, json: unknown) =>
    send(subject(), 'POST', `/v1/workers/${id}/1.0.0/rebuilds`, { token, json })
  const attest = async (id: string, one: Rebuilder, release: ReleaseDocument, rebuilt?: string) =>
    expectJson(await post(id, one.token, attestation(one, release, rebuilt)), 201, rebuildAttestedSchema)
  const listOf = async (id: string, query = '') =>
    expectJson(await subject().fetch(`/v1/workers/${id}/1.0.0/rebuilds${query}`), 200, rebuildsSchema)

  /** Every entry of the public log. */
  const logged = async (): Promise<string[]> => {
    const source: LogSource = async (path) => {
      const response = await subject().fetch(`/v1/log/${path}`)
      return response.status === 200 ? new Uint8Array(await response.arrayBuffer()) : null
    }
    const verifier = parseVerifierKey(await (await subject().fetch('/v1/log/key')).text())
    const entries: string[] = []
    await replayLog(source, await readCheckpoint(source, verifier), {
      known: null,
      onEntry: (_, entry) => entries.push(new TextDecoder().decode(entry)),
    })
    return entries
  }

  describe('rebuilds', () => {
    it('are counted in the document of the release, and listed with what was signed', async () => {
      const release = await bring('rebuilt-1')
      expect(await countsOf('rebuilt-1')).toEqual({ agree: 0, disagree: 0 })
      expect(await listOf('rebuilt-1')).toMatchObject({ rebuilds: [], total: 0, next_cursor: null })
      const [one, two, three] = [await rebuilder(11), await rebuilder(12), await rebuilder(13)]
      await attest('rebuilt-1', one, release)
      await attest('rebuilt-1', two, release, OTHER_BYTES)
      const last = await attest('rebuilt-1', three, release)
      expect(last).toEqual({ verdict: 'reproduced', counts: { agree: 2, disagree: 1 } })
      expect(await countsOf('rebuilt-1')).toEqual({ agree: 2, disagree: 1 })

      const first = await listOf('rebuilt-1', '?limit=2')
      expect(first.rebuilds.map(({ key }) => key.key_id)).toEqual([
        three.signer.key.key_id,
        two.signer.key.key_id,
      ])
      const rest = await listOf('rebuilt-1', `?limit=2&cursor=${first.next_cursor}`)
      expect(rest).toMatchObject({ total: 3, next_cursor: null, rebuilds: [{ standing: 'counted' }] })
      const [oldest] = rest.rebuilds
      if (!oldest) throw new Error('the list is empty')
      const stated = readRebuild(oldest.envelope, oldest.key)
      expect(stated).toMatchObject({
        source: { commit: COMMIT },
        account: one.account,
        release: release.release,
      })
    })

    it('of one key take each other’s place, and the same again is no news', async () => {
      const release = await bring('rebuilt-2')
      const one = await rebuilder(21)
      const first = attestation(one, release)
      expect((await post('rebuilt-2', one.token, first)).status).toBe(201)
      expect((await post('rebuilt-2', one.token, first)).status).toBe(200)
      await attest('rebuilt-2', one, release, OTHER_BYTES)
      expect(await countsOf('rebuilt-2')).toEqual({ agree: 0, disagree: 1 })
      expect((await listOf('rebuilt-2')).rebuilds.map(({ standing }) => standing)).toEqual([
        'counted',
        'superseded',
      ])
    })

    it('make nobody several: neither by more keys nor by more tokens', async () => {
      const release = await bring('rebuilt-3')
      const one = await rebuilder(31)
      await attest('rebuilt-3', one, release)
      const sameToken = { ...one, signer: aPublisherSigner(32) }
      await attest('rebuilt-3', sameToken, release)
      const sameKey = await rebuilder(32)
      await attest('rebuilt-3', sameKey, release, OTHER_BYTES)
      expect(await countsOf('rebuilt-3')).toEqual({ agree: 0, disagree: 1 })
    })

    it('of the publisher do not count', async () => {
      const release = await bring('rebuilt-4')
      await attest('rebuilt-4', await rebuilder(41, samples().publishToken), release)
      const limited = await createToken(subject(), { scope: 'publish', worker: release.worker })
      await attest('rebuilt-4', await rebuilder(42, limited), release)
      expect(await countsOf('rebuilt-4')).toEqual({ agree: 0, disagree: 0 })
      expect((await listOf('rebuilt-4')).rebuilds.map(({ standing }) => standing)).toEqual([
        'publisher',
        'publisher',
      ])
    })

    it('are taken at the same time, each once', async () => {
      const release = await bring('rebuilt-5')
      const some = await Promise.all([51, 52, 53, 54].map((number) => rebuilder(number)))
      const calls = some.flatMap((one) => {
        const body = attestation(one, release)
        return [post('rebuilt-5', one.token, body), post('rebuilt-5', one.token, body)]
      })
      const statuses = (await Promise.all(calls)).map(({ status }) => status)
      expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 201, 201, 201, 201])
      expect(await countsOf('rebuilt-5')).toEqual({ agree: 4, disagree: 0 })
    })

    it('are refused where they are of something else, of somebody else, or of nobody', async () => {
      const release = await bring('rebuilt-6')
      const other = await bring('rebuilt-7')
      const [one, mallory] = [await rebuilder(61), await rebuilder(62)]
      const good = attestation(one, release)
      const refused = async (json: unknown, code: string, status = 422, token = one.token) =>
        expectProblem(await post('rebuilt-6', token, json), status, code)
      await refused(attestation(one, other), 'rebuild_invalid')
      await refused(attestation(one, { ...release, release: other.release }), 'rebuild_invalid')
      await refused(attestation(one, release, null, '2999-01-01T00:00:00.000Z'), 'rebuild_invalid')
      // An envelope is public, and is worth nothing with the token of another.
      await refused(good, 'rebuild_invalid', 422, mallory.token)
      await refused({ ...good, key: mallory.signer.key }, 'envelope_invalid')
      await refused(
        { ...good, key: { ...good.key, key_id: mallory.signer.key.key_id } },
        'publisher_key_invalid',
      )
      const payload = Buffer.from(good.envelope.payload, 'base64')
      payload[payload.length >> 1] = (payload[payload.length >> 1] ?? 0) ^ 1
      await refused(
        { ...good, envelope: { ...good.envelope, payload: payload.toString('base64') } },
        'envelope_invalid',
      )
      await refused({ ...good, envelope: { ...good.envelope, signatures: [] } }, 'invalid_body')
      await refused({ ...good, more: 1 }, 'invalid_body')
      await refused(
        { ...good, envelope: { ...good.envelope, payload: 'A'.repeat(40_000) } },
        'body_too_large',
        413,
      )
      await expectProblem(await post('rebuilt-6', '', good), 401, 'token_missing')
      await expectProblem(
        await send(subject(), 'POST', '/v1/workers/rebuilt-6/2.0.0/rebuilds', {
          token: one.token,
          json: good,
        }),
        404,
        'release_not_found',
      )
      expect(await countsOf('rebuilt-6')).toEqual({ agree: 0, disagree: 0 })
      await expectProblem(
        await subject().fetch('/v1/workers/rebuilt-6/2.0.0/rebuilds'),
        404,
        'release_not_found',
      )
      await expectProblem(
        await subject().fetch('/v1/workers/rebuilt-6/1.0.0/rebuilds?cursor=x'),
        400,
        'invalid_cursor',
      )
    })

    it('of a rebuilder whom operators struck do not count, and the log says so', async () => {
      const release = await bring('rebuilt-8')
      const [one, two] = [await rebuilder(81), await rebuilder(82)]
      await attest('rebuilt-8', one, release)
      await attest('rebuilt-8', two, release, OTHER_BYTES)
      const strike = (rebuilder: string, struck = true, token = subject().operatorToken) =>
        send(subject(), 'POST', '/v1/rebuilders/strikes', {
          token,
          json: { rebuilder, struck, reason: 'builds nothing' },
        })
      await expectProblem(await strike(one.account, true, one.token), 403, 'forbidden')
      await expectProblem(await strike('0'.repeat(64)), 404, 'not_found')
      expect(await expectJson(await strike(two.account), 200, strikeSchema)).toMatchObject({ workers: 1 })
      expect(await countsOf('rebuilt-8')).toEqual({ agree: 1, disagree: 0 })
      await strike(one.signer.key.key_id)
      expect(await countsOf('rebuilt-8')).toEqual({ agree: 0, disagree: 0 })
      expect((await listOf('rebuilt-8')).rebuilds.map(({ standing }) => standing)).toEqual([
        'struck',
        'struck',
      ])
      await strike(two.account, false)
      await strike(two.account, false)
      const told = (await logged()).filter((entry) => entry.includes(two.account) && entry.includes('strike'))
      expect(told.map((entry) => JSON.parse(entry).action)).toEqual([
        'strike_rebuilder',
        'unstrike_rebuilder',
      ])
      expect(await countsOf('rebuilt-8')).toEqual({ agree: 0, disagree: 1 })
    })
  })
}
