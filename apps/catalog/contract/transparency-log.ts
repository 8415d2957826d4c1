import { logEntrySchema, releaseDocumentSchema, signedLogSchema, workerLogSchema } from '@rbee/schema'
import { artifactOf, packedArchive } from '@rbee/testing'
import {
  type Checkpoint,
  checkConsistency,
  checkInclusion,
  checkRelease,
  type LogSource,
  openCheckpoint,
  parseVerifierKey,
  readCheckpoint,
  replayLog,
} from '@rbee/transparency-log'
import { describe, expect, it } from 'vitest'
import { publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { listedFile } from './signed-files.ts'
import { expectJson, expectProblem, type MailSubject, send } from './subject.ts'

export function transparencyLog(subject: () => MailSubject, samples: () => Samples): void {
  const source: LogSource = async (path) => {
    const response = await subject().fetch(`/v1/log/${path}`)
    if (response.status === 404) return null
    expect(response.status).toBe(200)
    return new Uint8Array(await response.arrayBuffer())
  }
  const verifier = async () => parseVerifierKey(await (await subject().fetch('/v1/log/key')).text())
  const checkpoint = async () => readCheckpoint(source, await verifier())

  const logOf = async (worker: string) =>
    (await expectJson(await subject().fetch(`/v1/workers/${worker}/log`), 200, workerLogSchema)).entries

  async function entriesOf(head: Checkpoint): Promise<string[]> {
    const entries: string[] = []
    await replayLog(source, head, {
      known: null,
      onEntry: (_, entry) => entries.push(new TextDecoder().decode(entry)),
    })
    return entries
  }

  async function bring(id: string): Promise<void> {
    const packed = await packedArchive({ [`bin/${id}`]: id })
    await sendArchive(subject(), samples().publishToken, packed)
    await publish(subject(), samples().publishToken, releaseOf(id, [artifactOf([packed])]))
  }

  describe('the transparency log', () => {
    it('is named with its key in the signed metadata', async () => {
      await bring('logged-0')
      await subject().passTime()
      const listed = await listedFile(subject(), 'log.json')
      const named = await expectJson(await subject().fetch(listed?.address ?? ''), 200, signedLogSchema)
      const { name, text } = await verifier()
      expect(named).toEqual({ origin: name, key: text })
    })

    it('holds a release once its publication is answered', async () => {
      await bring('logged-1')
      const [place] = await logOf('logged-1')
      expect(place).toMatchObject({ kind: 'publish', version: '1.0.0' })
      const head = await checkpoint()
      await checkInclusion(source, head, place?.index ?? -1, new TextEncoder().encode(place?.entry))
      const entry = logEntrySchema.parse(JSON.parse(place?.entry ?? ''))
      expect(entry).toMatchObject({ worker: 'logged-1', artifacts: [{ platform: 'linux-x86_64' }] })
      expect(place?.entry).not.toContain(samples().publishToken)
      const release = await expectJson(
        await subject().fetch('/v1/workers/logged-1/latest'),
        200,
        releaseDocumentSchema,
      )
      const log = await expectJson(
        await subject().fetch('/v1/workers/logged-1/latest/log'),
        200,
        workerLogSchema,
      )
      expect(await checkRelease(source, head, release, log)).toMatchObject({ index: place?.index })
    })

    it('holds what happens to it afterwards, with the reason, and only grows', async () => {
      await bring('logged-2')
      const before = await checkpoint()
      const known = await entriesOf(before)
      const json = { reason: 'a reason that everybody sees' }
      const token = subject().operatorToken
      for (const action of ['yank', 'unyank', 'quarantine', 'release']) {
        expect(
          (await send(subject(), 'POST', `/v1/workers/logged-2/1.0.0/${action}`, { token, json })).status,
        ).toBe(200)
      }
      const after = await checkpoint()
      await checkConsistency(source, before, after)
      const entries = await entriesOf(after)
      expect(entries.slice(0, known.length)).toEqual(known)
      const kinds = ['publish', 'yank', 'unyank', 'quarantine', 'release_quarantine']
      expect((await logOf('logged-2')).map(({ kind }) => kind)).toEqual(kinds)
      expect(entries.slice(known.length).map((entry) => JSON.parse(entry).reason)).toEqual(
        kinds.slice(1).map(() => json.reason),
      )
    })

    it('says nothing of what changes nothing', async () => {
      const packed = await packedArchive({ 'bin/logged-3': 'three' })
      await sendArchive(subject(), samples().publishToken, packed)
      const json = releaseOf('logged-3', [artifactOf([packed])])
      const options = { token: samples().publishToken, json }
      expect((await send(subject(), 'PUT', '/v1/workers/logged-3/1.0.0', options)).status).toBe(201)
      const before = await checkpoint()
      expect((await send(subject(), 'PUT', '/v1/workers/logged-3/1.0.0', options)).status).toBe(200)
      expect(await checkpoint()).toEqual(before)
    })

    it('is served from documents, tiles for ever and the tree head anew each time', async () => {
      const head = await subject().fetch('/v1/log/checkpoint')
      expect(head.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(head.headers.get('cache-control')).toBe('public, no-cache')
      const { size } = openCheckpoint(new Uint8Array(await head.arrayBuffer()), await verifier())
      const before = subject().queries()
      for (const kind of ['0', 'entries']) {
        const tile = await subject().fetch(`/v1/log/tile/${kind}/000${size < 256 ? `.p/${size}` : ''}`)
        expect(tile.status).toBe(200)
        expect(tile.headers.get('content-type')).toBe('application/octet-stream')
        expect(tile.headers.get('cache-control')).toContain('immutable')
      }
      await subject().fetch('/v1/log/checkpoint')
      expect(subject().queries()).toBe(before)
    })

    it('has no other tiles', async () => {
      const { size } = await checkpoint()
      const paths = [
        '0/999',
        '0/0',
        'x/000',
        '0/000.p/0',
        '0/../checkpoint',
        `0/000.p/${size + 1}`,
        '9/000',
        '0/000/1',
      ]
      for (const path of paths) {
        await expectProblem(await subject().fetch(`/v1/log/tile/${path}`), 404, 'not_found')
      }
    })

    it('says nothing of workers that were never published', async () => {
      await expectProblem(await subject().fetch('/v1/workers/nobody-knows/log'), 404, 'worker_not_found')
      await expectProblem(await subject().fetch('/v1/workers/source-worker/log'), 404, 'log_unavailable')
      const release = await subject().fetch('/v1/workers/source-worker/1.0.0/log')
      await expectProblem(release, 404, 'log_unavailable')
      await expectProblem(await subject().fetch('/v1/workers/logged-1/9.9.9/log'), 404, 'release_not_found')
    })
  })
}
