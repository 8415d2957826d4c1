import { describe, expect, it } from 'vitest'
import { findBash } from './bash.ts'
import { findMakepkg } from './makepkg.ts'
import { findRuby } from './ruby.ts'
import { runTool } from './run-tool.ts'

const searchPath = process.env.PATH
const signal = new AbortController().signal
const bash = await findBash({ searchPath })
const makepkg = await findMakepkg({ searchPath })
const ruby = await findRuby({ searchPath })

const pkgbuild = (pkgver: string, more = '') =>
  `pkgname=x\npkgver=${pkgver}\npkgrel=1\narch=(x86_64)\n${more}package() {\n  true\n}\n`

/** The places of the files that a tool cannot read. */
const refusedBy = async (tool: typeof bash, texts: readonly string[], shape = (text: string) => text) =>
  tool === null
    ? null
    : runTool(
        tool,
        texts.map((text) => ({ text, shape: shape(text), srcinfo: null })),
        { searchPath, signal },
      )

describe.skipIf(makepkg === null)('makepkg (which these tests need)', () => {
  it('reads many files in one process and tells those that it cannot read', async () => {
    const same = () => 'one shape'
    const refused = await refusedBy(makepkg, [pkgbuild('1.0'), pkgbuild('1-0'), pkgbuild('1.0')], same)
    expect([...(refused ?? [])]).toEqual([[1, expect.stringContaining('pkgver')]])
  })

  it('looks at everything in the first file of each shape', async () => {
    const scalar = pkgbuild('1.0', 'depends=scalar\n')
    const refused = await refusedBy(makepkg, [scalar])
    expect([...(refused ?? [])]).toEqual([[0, expect.stringContaining('depends should be an array')]])
  })

  it('compares the .SRCINFO that it writes with the one beside a file', async () => {
    const srcinfo = 'pkgbase = x\n\tpkgver = 1.0\n\tpkgrel = 1\n\tarch = x86_64\n\npkgname = x\n'
    const files = [srcinfo, srcinfo.replace('1.0', '1.1')].map((one, place) => ({
      text: pkgbuild('1.0'),
      shape: String(place),
      srcinfo: one,
    }))
    const refused = makepkg === null ? null : await runTool(makepkg, files, { searchPath, signal })
    expect([...(refused ?? [])]).toEqual([[1, 'it writes another .SRCINFO']])
  })

  it('lets no file reach another one, or end the reading', async () => {
    const texts = [
      pkgbuild('1.0', 'pkgrel=x\nexit 0\n'),
      pkgbuild('1.0', 'lint_pkgbuild() { :; }\n'),
      pkgbuild('1-0'),
    ]
    const refused = await refusedBy(makepkg, texts)
    expect([...(refused?.keys() ?? [])]).toContain(2)
  })
})

describe.skipIf(bash === null)('bash (which this test needs)', () => {
  it('tells the files whose syntax is broken', async () => {
    const refused = await refusedBy(bash, [pkgbuild('1.0'), "x='", 'touch pwned\n'])
    expect([...(refused ?? [])]).toEqual([[1, expect.stringContaining('unexpected EOF')]])
  })
})

describe.skipIf(ruby === null)('ruby (which these tests need)', () => {
  it('tells the files that it cannot compile, and runs none of them', async () => {
    const texts = ['class X < Formula\nend\n', 'class X < Formula\n', 'BEGIN { exit! 3 }\nabort "run"\n']
    expect([...((await refusedBy(ruby, texts)) ?? [])]).toEqual([
      [1, expect.stringContaining('syntax error')],
    ])
  })

  it('fails by its name when it fails as a program', async () => {
    if (ruby === null) return
    const broken = { ...ruby, command: [ruby.command[0], '-e', 'abort "no such thing"'] as const }
    await expect(
      runTool({ ...broken, command: [...broken.command] }, [{ text: '', shape: '', srcinfo: null }], {
        searchPath,
        signal,
      }),
    ).rejects.toMatchObject({ code: 'tool_failed', message: 'ruby failed: no such thing' })
  })
})
