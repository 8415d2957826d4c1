import { describe, expect, it } from 'vitest'
import type { GateFile } from './gate-result.ts'
import { readGenerated } from './read-generated.ts'

const written = (format: GateFile['format'], text: string, srcinfo: string | null = null) => ({
  about: { worker: 'x', version: '1.0.0', address: 'x', variant: null, format },
  file: { fileName: 'x', contentType: 'text/plain', text, srcinfo },
})

const HEAD = 'pkgname=x-bin\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
const PACKAGE = 'package() {\n  true\n}\n'
const SUM = 'a'.repeat(64)

describe('a PKGBUILD', () => {
  it('is read with what it downloads, and the sum of each', async () => {
    const lines = `source=('git+https://h.example/x.git#tag=v1')\nsha256sums=(SKIP)\nsource_x86_64=('x.tar.gz::https://h.example/x?y')\nsha256sums_x86_64=('${SUM}')\n`
    const stated = (field: string, value: string) => `\t${field} = ${value}\n`
    const srcinfo = [
      'pkgbase = x-bin\n',
      stated('pkgver', '1.0.0'),
      stated('pkgrel', '1'),
      stated('arch', 'x86_64'),
      stated('source', 'git+https://h.example/x.git#tag=v1'),
      stated('sha256sums', 'SKIP'),
      stated('source_x86_64', 'x.tar.gz::https://h.example/x?y'),
      stated('sha256sums_x86_64', SUM),
      '\npkgname = x-bin\n',
    ].join('')
    const text = HEAD + lines + PACKAGE
    expect(await readGenerated(written('arch-prod', text, srcinfo))).toMatchObject({
      problems: [],
      sources: [{ url: 'https://h.example/x?y', sha256: SUM }],
    })
    expect(await readGenerated(written('arch-prod', text, srcinfo.replace('1.0.0', '1.0.1')))).toMatchObject({
      problems: [{ message: 'its .SRCINFO says something else' }],
    })
  })

  it.each([
    ['a command', 'touch pwned\n', 'runs "touch pwned"'],
    ['a value that is a command', 'url=$(touch pwned)\n', 'runs "url=$(touch pwned)"'],
    ['a quote that never ends', "pkgdesc='x\n", 'is not valid bash'],
    ['a version that is none', 'pkgver=1-0\n', 'pkgver'],
    ['nothing to package', '', 'there is no package()'],
  ])('is not readable with %s', async (_what, line, reason) => {
    const text = reason.includes('package()') ? HEAD : HEAD + line + PACKAGE
    const { problems } = await readGenerated(written('arch-prod', text))
    expect(problems.map(({ message }) => message).join('\n')).toContain(reason)
  })

  it('has the shape of another with other values, and not of one with other variables', async () => {
    const shape = async (text: string) => (await readGenerated(written('arch-dev', text))).shape
    const plain = await shape(HEAD + PACKAGE)
    expect(await shape(HEAD.replaceAll('x-bin', 'y-bin') + PACKAGE)).toBe(plain)
    expect(await shape(`${HEAD}depends=(a)\n${PACKAGE}`)).not.toBe(plain)
  })
})

describe('a formula', () => {
  it('is read with what it downloads, sources in Git aside', async () => {
    const text = `class X < Formula\n  on_macos do\n    on_arm do\n      url "https://h.example/\\"x\\""\n      sha256 "${SUM}"\n    end\n  end\nend\n`
    expect(await readGenerated(written('homebrew-prod', text))).toMatchObject({
      problems: [],
      sources: [{ url: 'https://h.example/"x"', sha256: SUM }],
    })
    const fromGit = 'class X < Formula\n  url "https://h.example/x.git", using: :git, tag: "v1"\nend\n'
    expect(await readGenerated(written('homebrew-dev', fromGit))).toMatchObject({ sources: [] })
  })

  it('is none without its class', async () => {
    expect(await readGenerated(written('homebrew-dev', 'system "x"\n'))).toMatchObject({
      problems: [{ code: 'package_file_invalid' }],
    })
  })
})
