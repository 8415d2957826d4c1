import { createHash } from 'node:crypto'
import { workerIndexSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { ECHO_WORKER } from './sample-workers.ts'
import { currentMeta, listedFile, signedPart } from './signed-files.ts'
import { expectProblem, type Opened } from './subject.ts'

export function signedMetadata(subject: Opened): void {
  const read = (name: string) => signedPart(subject(), name)

  /** What is signed of a worker. */
  async function signedIndex(worker: string) {
    const listed = await listedFile(subject(), `workers/${worker}.json`)
    if (listed === null) return null
    const response = await subject().fetch(listed.address)
    expect(response.headers.get('cache-control')).toContain('immutable')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes).toHaveLength(listed.length)
    expect(sha256Of(bytes)).toBe(listed.sha256)
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
      const names = Object.keys(await currentMeta(subject()))
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
