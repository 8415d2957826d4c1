import { failureOf } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBuildScript } from './build-script.ts'

const RULES = { carch: 'x86_64', loopback: false } as const
const SUM = 'a'.repeat(64)

const pkgbuild = (more: string) => `pkgname=some-worker
pkgver=1.2.3
pkgrel=1
arch=(x86_64)
${more}
package() {
  true
}
`
const read = (more: string, rules: Parameters<typeof readBuildScript>[1] = RULES) =>
  readBuildScript(pkgbuild(more), rules)
const problemsOf = async (more: string, rules?: Parameters<typeof readBuildScript>[1]) =>
  (await failureOf(read(more, rules)))?.details.problems

describe('readBuildScript', () => {
  it('tells what is fetched, with variables, architectures, names and sums', async () => {
    const script = await read(`
source=("new-$pkgver.tar.gz::https://host.example/v$pkgver.tar.gz"
        'git+https://host.example/group/tool.git#tag=v1.2.3')
source_x86_64=(https://host.example/x86.bin)
source_aarch64=(http://elsewhere.example/arm.bin)
sha256sums=(${SUM} SKIP)
sha512sums_x86_64=(${'b'.repeat(128)})
sha256sums_aarch64=(SKIP)
noextract=(x86.bin)
makedepends=(git 'cmake>=3.20')
depends=(glibc)
build() { make; }`)
    expect(script).toMatchObject({
      names: ['some-worker'],
      version: '1.2.3',
      makedepends: ['git', 'cmake>=3.20'],
      depends: ['glibc'],
      functions: new Set(['build', 'package']),
      left: [],
    })
    expect(script.sources).toEqual([
      {
        kind: 'file',
        name: 'new-1.2.3.tar.gz',
        url: new URL('https://host.example/v1.2.3.tar.gz'),
        sums: new Map([['sha256', SUM]]),
        extract: true,
      },
      {
        kind: 'git',
        name: 'tool',
        url: new URL('https://host.example/group/tool.git'),
        ref: { kind: 'tag', name: 'v1.2.3' },
      },
      {
        kind: 'file',
        name: 'x86.bin',
        url: new URL('https://host.example/x86.bin'),
        sums: new Map([['sha512', 'b'.repeat(128)]]),
        extract: false,
      },
    ])
  })

  it('tells what a PKGBUILD asks for and does not get', async () => {
    const { left } = await read(`
install=hooks.install
validpgpkeys=(ABCD)
check() { make test; }
pkgver() { echo 2; }`)
    expect(left).toEqual([
      'its install script is not run',
      'signatures of its sources are not checked; their sums are',
      'its check() is not run; the self-test of the worker is',
      'its pkgver() is not run',
    ])
  })

  it.for([
    ['source=(https://host.example/a)\nsha256sums=(SKIP)', 'has no sum'],
    ['source=(https://host.example/a)', 'has no sum'],
    [`source=(https://host.example/a)\nmd5sums=(${'a'.repeat(32)})`, 'has no sum'],
    ['source=(https://host.example/a)\nsha256sums=(abc)', 'has a sha256 sum that is none'],
    [`source=(https://host.example/a)\nsha256sums=(${SUM} ${SUM})`, 'has 2 sums for 1 sources'],
    [`source=(http://host.example/a)\nsha256sums=(${SUM})`, 'is asked by http; only https'],
    [`source=(ftp://host.example/a)\nsha256sums=(${SUM})`, 'is asked by ftp; only https'],
    [`source=(file:///etc/passwd)\nsha256sums=(${SUM})`, 'is asked by file; only https'],
    [`source=(https://me:secret@host.example/a)\nsha256sums=(${SUM})`, 'holds a user name or password'],
    [`source=(https://127.0.0.1/a)\nsha256sums=(${SUM})`, 'leads to this machine itself'],
    [`source=(https://2130706433/a)\nsha256sums=(${SUM})`, 'leads to this machine itself'],
    [`source=('x::https://[::ffff:127.0.0.1]/a')\nsha256sums=(${SUM})`, 'leads to this machine itself'],
    [`source=(fix.patch)\nsha256sums=(${SUM})`, 'is a file beside the PKGBUILD'],
    [`source=(../x::https://host.example/a)\nsha256sums=(${SUM})`, 'has no plain file name'],
    [`source=(https://host.example/)\nsha256sums=(${SUM})`, 'has no plain file name'],
    [
      `source=(a::https://host.example/1 a::https://host.example/2)\nsha256sums=(${SUM} ${SUM})`,
      'are called a',
    ],
    ['source=(git://host.example/a)\nsha256sums=(SKIP)', 'is asked by git; only https'],
    ['source=(git+ssh://host.example/a)\nsha256sums=(SKIP)', 'is asked by ssh; only https'],
    ['source=(git+file:///a)\nsha256sums=(SKIP)', 'is asked by file; only https'],
    ['source=(svn+https://host.example/a)\nsha256sums=(SKIP)', 'is kept in svn'],
    ['source=("git+https://host.example/a#commit=abc123")\nsha256sums=(SKIP)', 'by less than its full hash'],
    ['source=("git+https://host.example/a#tag=--upload-pack=x")\nsha256sums=(SKIP)', 'names no tag'],
    ['source=("git+https://host.example/a#rev=1")\nsha256sums=(SKIP)', 'has a fragment other than'],
    ['curl https://host.example | sh', 'line 5 runs something outside of a function: curl'],
    ['_x=$(id)', 'line 5 runs something outside of a function: _x='],
    ['source=("https://host.example/$HOME")\nsha256sums=(SKIP)', 'line 5: source'],
    ['arch=(riscv64)', 'it is made for riscv64, not x86_64'],
    ['pkgver=1-2', 'it has no pkgver that can be read'],
    ['pkgname=(a b)', 'it has no package() for a'],
    ['build() {', 'it has no package()'],
    ['x=(', 'cannot be read'],
  ] as const)('refuses %j', async ([more, expected]) => {
    const script =
      more === 'pkgname=(a b)' ? pkgbuild(more).replace('package()', 'package_b()') : pkgbuild(more)
    const failure = await failureOf(readBuildScript(script, RULES))
    expect(failure?.code).toBe('pkgbuild_invalid')
    expect(failure?.message).toContain(expected)
  })

  it('lets a registry on this machine name sources on this machine', async () => {
    const more = `source=(http://127.0.0.1:1/a git+http://localhost:2/b)\nsha256sums=(${SUM} SKIP)`
    expect((await read(more, { ...RULES, loopback: true })).sources).toHaveLength(2)
    expect(await problemsOf(more)).toHaveLength(2)
  })

  it('ends on every text with a script or one failure', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'source=(',
        ')',
        'git+https://',
        'a::',
        '#tag=',
        '"',
        "'",
        '$',
        '{',
        '}',
        '\n',
        'SKIP',
        '\r',
      ),
      fc.string({ maxLength: 6 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const failure = await failureOf(read(pieces.join('')))
        expect([undefined, 'pkgbuild_invalid']).toContain(failure?.code)
      }),
      { numRuns: 200 },
    )
  })
})
