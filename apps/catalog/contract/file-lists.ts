import { createHash } from 'node:crypto'
import { fileListSchema } from '@rbee/schema'
import { artifactOf, packedArchive } from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { createToken, publish, releaseOf, sendArchive } from './sample-workers.ts'
import { expectProblem, type Opened } from './subject.ts'

const WORKER = 'listed-worker'
const BUILD = 'linux-x86_64/cpu'
const HOSTILE = 'share/<img src=x onerror=alert(1)>'.replaceAll(/[<>]/g, '&')
const RIGHT_TO_LEFT = 'share/שלום.txt'

/** What archives unpack to, and what differs between those of two releases. */
export function fileLists(subject: Opened): void {
  describe('the files of a build', () => {
    const text = async (path: string) => (await subject().fetch(path)).text()
    const list = async (version: string) =>
      fileListSchema.parse(
        await (await subject().fetch(`/v1/workers/${WORKER}/${version}/files/${BUILD}`)).json(),
      )

    beforeAll(async () => {
      const token = await createToken(subject(), { scope: 'publish' })
      const common = { 'bin/listed-worker': 'x', LICENSE: 'MIT', 'README.md': '# Listed' }
      const contents = {
        '1.0.0': { ...common, 'share/old.txt': 'old', 'share/model.txt': 'one' },
        '1.1.0': { ...common, [HOSTILE]: '', [RIGHT_TO_LEFT]: 'x', 'share/model.txt': 'three' },
      }
      for (const [version, files] of Object.entries(contents)) {
        const archive = await packedArchive(files, 'tar.gz')
        await sendArchive(subject(), token, archive)
        await publish(subject(), token, releaseOf(WORKER, [artifactOf([archive])], version))
      }
    })

    it('are listed with size, mode and digest', async () => {
      const { total, complete, files } = await list('1.0.0')
      expect({ total, complete }).toEqual({ total: 5, complete: true })
      expect(files.map(({ path }) => path)).toEqual([
        'LICENSE',
        'README.md',
        'bin/listed-worker',
        'share/model.txt',
        'share/old.txt',
      ])
      expect(files[2]).toMatchObject({ size: 1, executable: true })
      const sha256 = createHash('sha256').update('one').digest('hex')
      expect(files[3]).toEqual({ path: 'share/model.txt', size: 3, executable: false, sha256 })
    })

    it('are those of the archive that the release names', async () => {
      const release: unknown = await (await subject().fetch(`/v1/workers/${WORKER}/1.1.0`)).json()
      const { digest } = await list('1.1.0')
      expect(JSON.stringify(release)).toContain(digest)
      expect(await list('latest')).toEqual(await list('1.1.0'))
    })

    it('stand on a page of their own, to which the page of the version leads', async () => {
      const version = await text(`/worker/${WORKER}/1.1.0`)
      expect(version).toContain(`href="/worker/${WORKER}/1.1.0/files/${BUILD}"`)
      const html = await text(`/worker/${WORKER}/1.1.0/files/${BUILD}`)
      expect(html).toContain(`<bdi>${RIGHT_TO_LEFT}</bdi>`)
      expect(html).toContain('share/&amp;img src=x onerror=alert(1)&amp;')
      expect(html).toContain('6 files')
    })

    it('are compared between two releases', async () => {
      const html = await text(`/worker/${WORKER}/diff/1.0.0...1.1.0`)
      expect(html).toContain('1 file changed, 2 files added, 1 file removed.')
      const row = (path: string, kind: string, before: string, after: string) =>
        `<bdi>${path}</bdi></code></th><td class="nowrap">${kind}</td><td class="nowrap">${before}</td><td class="nowrap">${after}</td>`
      const none = '<span class="soft">–</span>'
      expect(html).toContain(row('share/model.txt', 'changed', '3 B', '5 B'))
      expect(html).toContain(row('share/old.txt', 'removed', '3 B', none))
      expect(html).toContain(row(RIGHT_TO_LEFT, 'added', none, '1 B'))
      expect(html).not.toContain('<bdi>LICENSE</bdi>')
    })

    it('are the same where releases hold the same bytes', async () => {
      expect(await text(`/worker/${WORKER}/diff/1.0.0...1.0.0`)).toContain('hold the same bytes')
    })

    it.each([
      [`/v1/workers/${WORKER}/1.0.0/files/macos-aarch64/cpu`, 404, 'no_artifact'],
      [`/v1/workers/${WORKER}/1.0.0/files/linux-x86_64/cuda`, 404, 'no_artifact'],
      [`/v1/workers/${WORKER}/9.9.9/files/${BUILD}`, 404, 'release_not_found'],
      [`/v1/workers/${WORKER}/1.0.0/files/plan9-mips/cpu`, 400, 'invalid_platform'],
      [`/v1/workers/${WORKER}/1.0.0/files/linux-x86_64/..%2F..%2Fetc`, 400, 'invalid_variant'],
      [`/worker/${WORKER}/1.0.0/files/plan9-mips/cpu`, 404, 'not_found'],
      [`/worker/${WORKER}/1.0.0/files/macos-aarch64/cpu`, 404, 'no_artifact'],
    ])('are not at %s: %i %s', async (path, status, code) => {
      await expectProblem(await subject().fetch(path), status, code)
    })
  })
}
