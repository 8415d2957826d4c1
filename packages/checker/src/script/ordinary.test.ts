import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { checkFiles, sampleManifest } from '../testing/checked-folder.ts'
import { ORDINARY_BODIES } from '../testing/ordinary-bodies.ts'

const FOLDER = new URL('../../fixtures/ordinary/', import.meta.url)
const names = await readdir(FOLDER)

/** Files that the PKGBUILDs of the corpus name as local sources. */
const LOCAL_FILES = [
  ...['fix-build.patch', 'talker.sh', 'worker.py', '0001-first.patch', '0002-second.patch'],
  ...['fix.patch', 'app.sh', 'app.desktop', 'conf.toml', '0001-a.patch', '0002-b.patch'],
]

describe('PKGBUILDs as packagers write them', () => {
  it.each(names)('%s', async (name) => {
    const text = await readFile(new URL(name, FOLDER), 'utf8')
    const files = Object.fromEntries(LOCAL_FILES.map((file) => [file, 'text\n']))
    const report = await checkFiles({
      ...files,
      'worker.toml': sampleManifest(architecturesIn(text)),
      LICENSE: 'MIT\n',
      PKGBUILD: text,
    })
    const said = report.findings.filter(({ rule }) => rule !== 'version-invalid')
    expect(said.map(({ rule, line, reason }) => `${rule} ${line} ${reason}`)).toEqual([])
  })

  it.each(ORDINARY_BODIES)('%s', async (body) => {
    const head = 'pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
    const report = await checkFiles({
      'worker.toml': sampleManifest(),
      LICENSE: 'MIT\n',
      PKGBUILD: `${head}build() {\n${body}\n}\npackage() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n`,
    })
    expect(report.findings).toEqual([])
  })

  it('may make a temporary file where the system has its own, with a warning', async () => {
    const body = 'build() {\n  local new="$(mktemp)"\n  jq . x > "$new"\n  mv "$new" x\n}\n'
    const report = await checkFiles({
      'worker.toml': sampleManifest(),
      LICENSE: 'MIT\n',
      PKGBUILD: `pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n${body}package() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n`,
    })
    expect(report.findings.map(({ rule, severity, line }) => [rule, severity, line])).toEqual([
      ['write-outside', 'warning', 6],
    ])
  })

  it('are many, of many kinds', () => {
    expect(names.length).toBeGreaterThanOrEqual(25)
  })
})

function architecturesIn(text: string): readonly string[] {
  const stated = /^arch=\((.*)\)$/m.exec(text)?.[1] ?? ''
  return stated.includes('any') ? ['x86_64', 'aarch64'] : (stated.match(/x86_64|aarch64/g) ?? [])
}
