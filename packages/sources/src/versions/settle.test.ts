import { versionSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { memoryTree } from '../testing/memory-tree.ts'
import { checkSrcinfo } from './settle.ts'

const VERSION = versionSchema.parse('1.2.3-rc.1')

async function findingsOf(srcinfo: string) {
  const findings = new FolderFindings('a')
  const place = { file: 'PKGBUILD', line: 1, field: 'pkgver' }
  const repeated = { version: VERSION, place, url: null }
  await checkSrcinfo(memoryTree({ 'a/.SRCINFO': srcinfo }), 'a', repeated, findings)
  return findings.list()
}

describe('.SRCINFO', () => {
  it.each(['', 'pkgbase = a\n\tpkgver = 1.2.3_rc.1\n', '\tpkgver=1.2.3-rc.1', 'xpkgver = 9\n'])(
    'is up to date: %j',
    async (text) => {
      expect(await findingsOf(text)).toEqual([])
    },
  )

  it('is told to be out of date by one warning at its line, or not at all, whatever it holds', async () => {
    const line = fc.oneof(
      fc.constantFrom('pkgver', '\tpkgver = ', 'pkgver=1.2.3_rc.1', 'pkgver = = ', '=', '# pkgver = 1', '\0'),
      fc.string({ unit: 'binary' }),
      fc.string().map((value) => `\tpkgver = ${value}`),
    )
    const end = fc.constantFrom('\n', '\r\n', '\r')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(line, end), { maxLength: 8 }), async (parts) => {
        const text = parts.map((part) => part.join('')).join('')
        const [finding, ...more] = await findingsOf(text)
        expect(more).toEqual([])
        if (finding === undefined) return
        expect(finding).toMatchObject({ code: 'version_mismatch', severity: 'warning', file: '.SRCINFO' })
        expect(text.split('\n')[(finding.line ?? 0) - 1]).toMatch(/^\s*pkgver\s*=/)
      }),
      { numRuns: 500 },
    )
  })

  it('costs no more than its length', { timeout: 20_000 }, async () => {
    for (const piece of [' ', '\n', '\tpkgver ', 'pkgver ', '=', '\r']) {
      expect((await findingsOf(piece.repeat(500_000 / piece.length))).length).toBeLessThanOrEqual(1)
    }
  })
})
