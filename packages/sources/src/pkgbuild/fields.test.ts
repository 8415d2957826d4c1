import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { readPkgbuild } from './fields.ts'

async function read(text: string, file = 'PKGBUILD') {
  const findings = new FolderFindings('x')
  const pkgbuild = await readPkgbuild(file, text, findings)
  return { pkgbuild, findings: findings.list() }
}

/** `severity code line field` of every finding. */
async function summary(text: string, file?: string) {
  const { findings } = await read(text, file)
  return findings.map(({ severity, code, line, field }) => `${severity} ${code} ${line} ${field}`)
}

const SUM = 'a'.repeat(64)
const BINARY = `# Maintainer: somebody
_name=my-worker
pkgname="\${_name}-bin"
pkgver=1.0.0_rc.1
pkgrel=2
arch=('x86_64' aarch64)
url=https://example.com
source_x86_64=("\${_name}.tgz::$url/v\${pkgver//_/-}/\${_name}-$CARCH.tgz" "$url/x.tgz.sig")
source_aarch64=("$url/v\${pkgver//_/-}/\${_name}-$CARCH.tgz")
sha256sums_x86_64=('${SUM}' SKIP)
sha256sums_aarch64=('${SUM}')
package() {
  install -Dm755 my-worker "$pkgdir/usr/local/bin/my-worker"
}
`
const HEAD = 'pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'

describe('readPkgbuild', () => {
  it('reads name, version and downloads', async () => {
    const { pkgbuild, findings } = await read(BINARY, 'PKGBUILD.bin')
    expect(findings).toEqual([])
    expect(pkgbuild).toMatchObject({
      name: 'my-worker-bin',
      version: '1.0.0-rc.1',
      versionLine: 4,
      release: '2',
      architectures: ['x86_64', 'aarch64'],
      binarySources: [
        {
          platform: 'linux-x86_64',
          url: 'https://example.com/v1.0.0-rc.1/my-worker-x86_64.tgz',
          sha256: SUM,
        },
        {
          platform: 'linux-aarch64',
          url: 'https://example.com/v1.0.0-rc.1/my-worker-aarch64.tgz',
          sha256: SUM,
        },
      ],
    })
  })

  it('takes no download of a package that builds from source', async () => {
    const { pkgbuild } = await read(
      `${HEAD}source=(https://example.com/src.tgz)\nsha256sums=(SKIP)\nbuild() {\n  make\n}\n`,
    )
    expect(pkgbuild?.binarySources).toEqual([])
  })

  it('takes the plain sources where the architecture has none of its own', async () => {
    const { pkgbuild } = await read(
      `${HEAD}source=("https://example.com/$CARCH.tgz" git+https://example.com/x.git local.patch)\nsha256sums=(${SUM} SKIP SKIP)\n`,
      'PKGBUILD.bin',
    )
    expect(pkgbuild?.binarySources.map(({ url }) => url)).toEqual(['https://example.com/x86_64.tgz'])
  })

  it('calls a split package by the name of the whole, or of its first part', async () => {
    const split = 'pkgname=(a-server a-client)\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
    expect((await read(split)).pkgbuild?.name).toBe('a-server')
    expect(await read(`pkgbase=a\n${split}`)).toMatchObject({ pkgbuild: { name: 'a' }, findings: [] })
  })

  it('takes the version that pkgver() of a package from version control wrote', async () => {
    const head = 'pkgname=a-git\npkgver=1.2.0.r14.g1a2b3c4\npkgrel=1\narch=(x86_64)\n'
    expect((await read(`${head}pkgver() {\n  git describe\n}\n`)).pkgbuild?.version).toBe(
      '1.2.0-r.14.g1a2b3c4',
    )
    expect(await summary(head)).toEqual(['error invalid_version 2 pkgver'])
  })

  it('allows the guard that asks for a licence key', async () => {
    const guard =
      'if [ -z "$RBEE_LICENSE_KEY" ]; then\n  error "no key"\n  echo "get one" >&2\n  exit 1\nfi\n'
    expect(await summary(`${guard}${HEAD}`)).toEqual([])
  })

  it.each([
    ['a command', 'curl https://example.com'],
    ['a command in a value', '_commit=$(git rev-parse HEAD)'],
    ['a command in a quoted value', '_commit="a`id`"'],
    ['a command in an array', 'x=(a "$(id)")'],
    ['a command in an index', 'x[$(id)]=1'],
    ['a process substitution', 'x=(<(id))'],
    ['a condition that runs', 'if [ "$(id)" ]; then exit 1; fi'],
    ['a guard that does more', 'if [ -z "$K" ]; then rm -rf /; fi'],
    ['a guard that writes', 'if [ -z "$K" ]; then echo x > /etc/passwd; fi'],
    ['a guard whose words are its own functions', 'error() {\n  rm -rf /\n}; if [ -z "$K" ]; then error; fi'],
    ['a loop', 'for x in a; do y=$x; done'],
    ['a pipe', 'echo x | sh'],
    ['a subshell', '(id)'],
    ['a test', '[[ -n $x ]] && id'],
    ['eval', 'eval "$x"'],
    ['source', '. ./other'],
    ['a here-document', 'cat <<E\nx\nE'],
  ])('refuses %s at the top', async (_name, text) => {
    const { findings } = await read(`${HEAD}${text}\n`)
    expect(findings.some(({ severity, code }) => severity === 'error' && code === 'pkgbuild_invalid')).toBe(
      true,
    )
    expect(findings.every(({ line }) => line !== null && line >= 5)).toBe(true)
  })

  it.each([
    ['pkgver=1.0.0', ['error pkgbuild_invalid null pkgname', 'warning pkgbuild_invalid null pkgrel']],
    ['pkgname="a;b"\npkgver=1.0.0\npkgrel=1', ['error pkgbuild_invalid 1 pkgname']],
    ['pkgname=a\npkgver=$V\npkgrel=1', ['error pkgbuild_invalid 2 pkgver']],
    ['pkgname=a\npkgver=1.0\npkgrel=1', ['error invalid_version 2 pkgver']],
    ['pkgname=a\npkgver=1.0.0-1\npkgrel=1', ['error pkgbuild_invalid 2 pkgver']],
    ['pkgname=a\npkgver=1.0.0\npkgrel=x', ['error pkgbuild_invalid 3 pkgrel']],
    [`${HEAD}source=(https://e.com/a)\nsha256sums=(abc)`, ['error pkgbuild_invalid 6 sha256sums']],
    [`${HEAD}source=(https://e.com/a)\nsha256sums=(SKIP SKIP)`, ['error pkgbuild_invalid 6 sha256sums']],
    [`${HEAD}source=(https://e.com/a)`, ['error pkgbuild_invalid 5 sha256sums']],
    [`${HEAD}source=(https://e.com/a)\nsha256sums=(SKIP)`, ['error pkgbuild_invalid 6 sha256sums']],
    [`${HEAD}source=(https://e.com/a)\nb2sums=(x)`, ['warning pkgbuild_invalid 5 sha256sums']],
    [`${HEAD}source=(http://e.com/a)\nsha256sums=(SKIP)`, ['warning pkgbuild_invalid 5 source']],
    [`${HEAD}source=("https://u:p@e.com/a")\nsha256sums=(SKIP)`, ['warning pkgbuild_invalid 5 source']],
    [
      `${HEAD}source=("https://e.com/?key=\${KEY}")\nsha256sums=(SKIP)`,
      ['warning pkgbuild_invalid 5 source'],
    ],
    [`${HEAD}package() {\n  if [ ;\n`, ['error pkgbuild_invalid 5 null']],
  ])('says what is wrong with %j', async (text, expected) => {
    expect(await summary(text, 'PKGBUILD.bin')).toEqual(expect.arrayContaining(expected))
  })

  it.each([
    'a=(',
    'a=(\n',
    'a=\\\n(',
    'cat <<E\n',
    '<<E ',
    '((',
    '$(',
    '${',
    '"$(',
    'if ',
    'case x in ',
    '[[ ',
    '{ ',
    'a|',
    'f() {\n',
    '`',
    'a=1\n',
  ])('is done in seconds with %j repeated to the limit', async (unit) => {
    const started = performance.now()
    await read(unit.repeat(Math.floor((128 * 1024) / unit.length)))
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('answers any text with a package or an error', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'pkgname=',
        'pkgver=',
        'source=(',
        'arch=(any)',
        'sha256sums+=(',
        ')',
        '\n',
        ' ',
        '"',
        "'",
        '1.0.0',
      ),
      fc.constantFrom(
        '$(',
        '${',
        '}',
        '<<E',
        '\\',
        '`',
        'if ',
        'fi',
        'x() {',
        '#',
        ';',
        '&&',
        '=',
        '\u0000',
        '\ufeff',
        '\u{1f600}',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.boolean(), async (pieces, complete) => {
        const { pkgbuild, findings } = await read(`${complete ? HEAD : ''}${pieces.join('')}`)
        if (pkgbuild?.version == null)
          expect(findings.some(({ severity }) => severity === 'error')).toBe(true)
      }),
      { numRuns: 1_500 },
    )
  })
})
