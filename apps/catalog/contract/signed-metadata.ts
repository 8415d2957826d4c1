import { createHash } from 'node:crypto'
import { workerIndexSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ECHO_WORKER } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

const roleSchema = z.object({
  signed: z.looseObject({ _type: z.string(), version: z.int(), expires: z.iso.datetime() }),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })).min(1),
})
const metaSchema = z.record(z.string(), z.object({ version: z.int() }))
const targetsSchema = z.record(
  z.string(),
  z.object({ length: z.int(), hashes: z.object({ sha256: z.string() }) }),
)

export function signedMetadata(subject: Opened): void {
  const read = async (name: string) =>
    (await expectJson(await subject().fetch(`/v1/tuf/${name}`), 200, roleSchema)).signed

  /** Version of each role as the timestamp leads to it. */
  async function currentMeta() {
    const timestamp = await read('timestamp.json')
    const { 'snapshot.json': snapshot } = metaSchema.parse(timestamp.meta)
    return metaSchema.parse((await read(`${snapshot?.version}.snapshot.json`)).meta)
  }

  /** What is signed of a worker. */
  async function signedIndex(worker: string) {
    const path = `workers/${worker}.json`
    const index = createHash('sha256').update(path).digest().readUInt32BE() >>> 23
    const bin = `bin-${index.toString(16).padStart(3, '0')}.json`
    const { version } = (await currentMeta())[bin] ?? {}
    const target = targetsSchema.parse((await read(`${version}.${bin}`)).targets)[path]
    if (target === undefined) return null
    const file = `/v1/tuf/targets/workers/${target.hashes.sha256}.${worker}.json`
    const response = await subject().fetch(file)
    expect(response.headers.get('cache-control')).toContain('immutable')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes).toHaveLength(target.length)
    expect(sha256Of(bytes)).toBe(target.hashes.sha256)
    return workerIndexSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  }

  describe('the signed metadata', () => {
    it('begins with a root, and a timestamp that no cache may keep', async () => {
      expect(await read('1.root.json')).toMatchObject({ _type: 'root', consistent_snapshot: true })
      const timestamp = await subject().fetch('/v1/tuf/timestamp.json')
      expect(timestamp.headers.get('cache-control')).toBe('public, no-cache')
      expect(timestamp.headers.get('etag')).toMatch(/^"/)
      const root = await subject().fetch('/v1/tuf/1.root.json')
      expect(root.headers.get('cache-control')).toContain('immutable')
    })

    it('names every bin', async () => {
      const names = Object.keys(await currentMeta())
      expect(names.filter((name) => name.startsWith('bin-'))).toHaveLength(512)
    })

    it("holds the digests of a worker's documents as they are served", async () => {
      for (const worker of ['llm-worker', 'source-worker', ECHO_WORKER]) {
        const index = await signedIndex(worker)
        expect(index?.worker).toBe(worker)
        const documents = Object.entries(index?.documents ?? {})
        expect(documents.length).toBeGreaterThanOrEqual(3)
        for (const [address, { sha256, length }] of documents) {
          const bytes = new Uint8Array(await (await subject().fetch(address)).arrayBuffer())
          expect(bytes, address).toHaveLength(length)
          expect(sha256Of(bytes), address).toBe(sha256)
        }
      }
    })

    it('holds every address of a worker', async () => {
      const index = await signedIndex('llm-worker')
      expect(index?.addresses).toMatchObject({
        'llm-worker': null,
        'llm-worker-cuda': 'cuda',
        'llm-worker-rbee-cpu': 'cpu',
        cuda: 'cuda',
      })
    })

    it('does not list what there is not', async () => {
      expect(await signedIndex('no-such-worker')).toBeNull()
      const missing = [
        '999.root.json',
        'root.json',
        'retired.json',
        '1.bin-000.jsonx',
        '../worker.json',
        `targets/workers/${'0'.repeat(64)}.llm-worker.json`,
        `targets/workers/${'0'.repeat(64)}.LLM.json`,
        'targets/workers/llm-worker.json',
      ]
      for (const name of missing) {
        const problem = await subject().fetch(`/v1/tuf/${encodeURI(name)}`)
        expect(problem.status, name).toBe(404)
        expect(problem.headers.get('cache-control'), name).toBe('no-store')
      }
      await expectProblem(await subject().fetch('/v1/tuf/999.root.json'), 404, 'metadata_not_found')
    })

    it('is signed in time', async () => {
      expect((await subject().fetch('/ready')).status).toBe(200)
    })
  })
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
