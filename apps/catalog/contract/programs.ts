import { programsDocumentSchema } from '@rbee/schema'
import { packedArchive } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

export function programs(subject: Opened, samples: () => Samples): void {
  describe('the programs', () => {
    it('are not there before somebody offers them', async () => {
      await expectProblem(await subject().fetch('/v1/programs'), 404, 'no_programs')
      const script = await subject().fetch('/install.sh')
      expect(script.status).toBe(404)
      expect(script.headers.get('content-type')).toBe('text/x-shellscript; charset=utf-8')
      expect(await script.text()).toMatch(/^#!\/bin\/sh\n(.*\n)*exit 1\n$/)
    })

    it('are offered by an operator, and installed by a script that names their bytes', async () => {
      const archive = await packedArchive({ 'bin/rbee-hive': 'hive' })
      const token = subject().operatorToken
      await sendArchive(subject(), token, archive)
      const json = { version: '0.9.0', builds: [{ platform: 'any', sha256: archive.sha256 }] }
      const put = await send(subject(), 'PUT', '/v1/programs', { token, json })
      const offered = await expectJson(put, 200, programsDocumentSchema)

      const read = await subject().fetch('/v1/programs')
      expect(read.headers.get('cache-control')).toBe('public, max-age=60, stale-while-revalidate=300')
      expect(await expectJson(read, 200, programsDocumentSchema)).toEqual(offered)

      const script = await subject().fetch('/install.sh')
      expect(script.status).toBe(200)
      expect(script.headers.get('content-type')).toBe('text/x-shellscript; charset=utf-8')
      const etag = `${script.headers.get('etag')}`
      const text = await script.text()
      expect(text).toContain(`any ${archive.sha256} ${archive.size} /v1/blobs/sha256/${archive.sha256}`)
      expect(text).toContain(`version='0.9.0'`)
      const again = await subject().fetch('/install.sh', { headers: { 'if-none-match': etag } })
      expect(again.status).toBe(304)
    })

    it('are not offered by publishers', async () => {
      const json = { version: '0.9.1', builds: [{ platform: 'any', sha256: samples().gzip.sha256 }] }
      const put = await send(subject(), 'PUT', '/v1/programs', { token: samples().publishToken, json })
      await expectProblem(put, 403, 'forbidden')
    })
  })
}
