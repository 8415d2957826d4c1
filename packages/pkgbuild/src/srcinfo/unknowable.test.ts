import { describe, expect, it } from 'vitest'
import { readPkgbuild } from '../package/pkgbuild.ts'
import { writeSrcinfo } from './write.ts'

const HEAD = 'pkgname=x\npkgver=1\npkgrel=1\narch=(x86_64)\n'

/** `line field reason` of all that keeps a .SRCINFO from being written. */
async function reasonsOf(text: string): Promise<string[]> {
  const pkgbuild = await readPkgbuild(text)
  const srcinfo = pkgbuild && writeSrcinfo(pkgbuild)
  if (srcinfo === null) return ['not readable']
  return srcinfo.known ? [] : srcinfo.reasons.map(({ line, field, reason }) => `${line} ${field}: ${reason}`)
}

describe('writeSrcinfo', () => {
  it.each([
    ['pkgdesc=$(date)', '5 pkgdesc: is set by a command'],
    ['depends=(a `b`)', '5 depends: is set by a command'],
    ['url=$HOMEPAGE', '5 url: uses $HOMEPAGE, which this file does not set'],
    ['source=(*.patch)', '5 source: uses a file name pattern; quote it'],
    ['source=(a)\nsource[1]=b', '6 source: is assigned by index, which is not read here'],
    [
      'if [[ $CARCH = x86_64 ]]; then depends=(a); fi',
      '5 null: runs "if [[ $CARCH = x86_64 ]]; then depends=(a); fi"',
    ],
    ['[ -f x ] && depends+=(a)', '5 null: runs "[ -f x ] && depends+=(a)"'],
    ['eval "pkgdesc=x"', '5 null: runs "eval \\"pkgdesc=x\\""'],
    ['unset depends', '5 null: runs "unset depends"'],
    ['for x in a b; do\n  eval "package_$x() { :; }"\ndone', '5 null: runs "for x in a b; do"'],
    ['PATH=/tmp', 'null null: sets PATH, which makepkg or bash work with'],
    ['IFS=,', 'null null: sets IFS, which makepkg or bash work with'],
    ['printf() { :; }', '5 null: defines printf(), which makepkg uses itself'],
    ['package() {\n  url=x && id\n}', '6 url: is part of a longer command, which makepkg would run'],
    ['package() {\n  url=$(id)\n}', '6 url: runs a command or computes ($(…)'],
    ['package() {\n  depends=(a) make\n}', '6 depends: is part of a longer command, which makepkg would run'],
    ['package() {\n  _x=1\n  url=$_x\n}', '7 url: uses $_x, which this file does not set'],
    ['package() {\n  cat <<E\n url=$(id)\nE\n}', '7 url: stands in a text that makepkg takes for code'],
    ["package() {\n  echo 'a\n  url=b'\n}", '7 url: stands in a text that makepkg takes for code'],
    ['package() {\n  url="$attr"\n}', "6 url: is a variable of makepkg's own there"],
    ['pkgdesc="a\u2003b"', '5 pkgdesc: holds white space that counts as such in some locales only'],
    ['pkgdesc=a\r', '5 null: has a carriage return or another control character'],
    [
      'package() {\n  if true; then\n  fi\n}',
      '5 null: has something in package() that may not be valid bash',
    ],
  ])('does not guess where makepkg would run something: %j', async (text, reason) => {
    expect(await reasonsOf(`${HEAD}${text}\n`)).toContain(reason)
  })

  it.each([
    ['pkgver=1-2', '5 pkgver: is not a version'],
    ['pkgrel=a', '5 pkgrel: is not a number'],
    ['epoch=x', '5 epoch: is not a number'],
    ['pkgname=-x', '5 pkgname: is not the name of a package'],
    ['depends=x', '5 depends: must be a list'],
    ['url=(x)', '5 url: must not be a list'],
    ['arch=(any x86_64)', '5 arch: has any beside others'],
    ['url_x86_64=(x)', 'null url_x86_64: cannot be stated for one architecture'],
    ['arch=(any)\ndepends_any=(x)', 'null arch: has lists for the architecture any'],
    ['arch=(x86-64)', '5 arch: holds a value that makepkg refuses'],
    ['backup=(/etc/x)', '5 backup: holds a value that makepkg refuses'],
    ['options=(!stripped)', '5 options: holds a value that makepkg refuses'],
    ["provides=('x>1')", '5 provides: holds a value that makepkg refuses'],
    ["depends=('a b')", '5 depends: holds a value that makepkg refuses'],
    ['build() { :; }', 'null null: has build() and no package()'],
    [
      'package() { :; }\npackage_x() { :; }',
      'null pkgname: has package() beside the function of its package',
    ],
    ['pkgname=(a b)', 'null null: has no package_a()'],
    [
      'package() {\n  makedepends=(x)\n}',
      '6 makedepends: cannot be stated in the function of a package like this',
    ],
    ['package() {\n  url=(x)\n}', '6 url: cannot be stated in the function of a package like this'],
    ['package() {\n  ( cd', '5 null: is not valid bash'],
  ])('writes nothing where makepkg refuses: %j', async (text, reason) => {
    expect(await reasonsOf(`${HEAD}${text}\n`)).toContain(reason)
  })

  it('does without what no .SRCINFO shows', async () => {
    expect(
      await reasonsOf(
        `${HEAD}_date=$(date)\nsource_riscv64=($HOMEPAGE)\nbuild() {\n  url=$(id)\n}\npackage() { :; }\n`,
      ),
    ).toEqual([])
  })
})
