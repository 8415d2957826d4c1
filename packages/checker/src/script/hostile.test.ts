import { describe, expect, it } from 'vitest'
import { checkFiles, rulesOf, sampleManifest } from '../testing/checked-folder.ts'
import { HOSTILE_BODIES, type HostileBody } from '../testing/hostile-bodies.ts'
import { HOSTILE_VARIATIONS } from '../testing/hostile-variations.ts'

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

describe('what a build must not do, in many ways', () => {
  it.each([...HOSTILE_BODIES, ...HOSTILE_VARIATIONS])('$name', async (hostile) => {
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
