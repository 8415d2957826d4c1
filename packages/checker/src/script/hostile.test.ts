import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { checkFiles, rulesOf, sampleManifest } from '../testing/checked-folder.ts'
import { HOSTILE_BODIES, type HostileBody } from '../testing/hostile-bodies.ts'
import { HOSTILE_VARIATIONS } from '../testing/hostile-variations.ts'

/** `=== RULE @FUNCTION NAME`, and below it the body of that function, or what stands at the top of the file. */
async function storedBodies(): Promise<readonly HostileBody[]> {
  const text = await readFile(new URL('../../fixtures/hostile-scripts.txt', import.meta.url), 'utf8')
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [, rule = '', within = '', name = '', body = ''] =
        /^(\S+) @(\w+) ([^\n]*)\n([\s\S]*)$/.exec(part) ?? []
      return within === 'top'
        ? { name, rule, top: body, body: ':' }
        : { name, rule, within, body: body.trimEnd() }
    })
}

function pkgbuildWith({ body, within = 'build', top = '' }: HostileBody): string {
  const other = within === 'package' ? '' : 'package() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n'
  return [
    'pkgname=speech-example',
    'pkgver=1.0.0',
    'pkgrel=1',
    'arch=(x86_64)',
    'source=("git+https://example.org/speech.git")',
    'sha256sums=(SKIP)',
    top,
    `${within}() {`,
    body,
    '}',
    other,
  ].join('\n')
}

const stored = await storedBodies()

describe('what a build must not do, in many ways', () => {
  it.each([...HOSTILE_BODIES, ...HOSTILE_VARIATIONS, ...stored])('$name', async (hostile) => {
    const report = await checkFiles({
      'worker.toml': sampleManifest(),
      LICENSE: 'MIT\n',
      PKGBUILD: pkgbuildWith(hostile),
    })
    expect(rulesOf(report)).toContain(hostile.rule)
    expect(report.findings.some(({ severity, rule }) => severity === 'error' && rule === hostile.rule)).toBe(
      true,
    )
  })

  it('finds nothing in the frame around them', async () => {
    const frame = pkgbuildWith({ name: '', rule: '', body: 'make' })
    const report = await checkFiles({ 'worker.toml': sampleManifest(), LICENSE: 'MIT\n', PKGBUILD: frame })
    expect(report.findings).toEqual([])
  })
})
