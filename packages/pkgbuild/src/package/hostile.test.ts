import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSrcinfo } from '../srcinfo/document.ts'
import { readSrcinfo } from '../srcinfo/read.ts'
import { writeSrcinfo } from '../srcinfo/write.ts'
import { PKGBUILD_MAX_BYTES } from '../syntax/grammar.ts'
import { readPkgbuild } from './pkgbuild.ts'

const HEAD = 'pkgname=x\npkgver=1\npkgrel=1\narch=(x86_64)\n'

/** Everything by which reading a file with bash would run something. */
const traps = (marker: string) => `${HEAD}
touch ${marker}
pkgdesc=$(touch ${marker})
url=\`touch ${marker}\`
depends=(a "$(touch ${marker})" \`touch ${marker}\` <(touch ${marker}))
epoch=$((x[$(touch ${marker})] + 1))
license[$(touch ${marker})]=MIT
_a=\${_b:-$(touch ${marker})}
_b=\${_c:=$(touch ${marker})}
_d="\${pkgname/x/$(touch ${marker})}"
_e=\${pkgname:$(touch ${marker}; echo 0)}
declare -i _f='_g[$(touch ${marker})]'
_h=\${!_f} _i=\${pkgname@P}
PS1='$(touch ${marker})'
PROMPT_COMMAND='touch ${marker}'
export BASH_ENV=<(echo touch ${marker})
trap 'touch ${marker}' EXIT DEBUG
eval "touch ${marker}"
source /dev/stdin <<< 'touch ${marker}'
cat <<END | sh
touch ${marker}
$(touch ${marker})
END
(touch ${marker}) & { touch ${marker}; } ; [[ -v _z[$(touch ${marker})] ]] || touch ${marker}
case x in $(touch ${marker})) touch ${marker} ;; esac
coproc touch ${marker}
function pkgver { touch ${marker}; }
package() {
  depends=($(touch ${marker}))
  url=x && touch ${marker}
  optdepends=(a) touch ${marker}
  license=(\`touch ${marker}\`) > ${marker}
  cat <<END
  pkgdesc=$(touch ${marker})
END
}
`

describe('readPkgbuild', () => {
  it('runs nothing of a file full of traps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'traps-'))
    try {
      const pkgbuild = await readPkgbuild(traps(join(folder, 'marker')))
      expect(pkgbuild?.commands.length).toBeGreaterThan(15)
      const srcinfo = pkgbuild && writeSrcinfo(pkgbuild)
      expect(srcinfo?.known).toBe(false)
      const unknown = new Set(pkgbuild?.unknown.map(({ field }) => field))
      for (const field of ['pkgdesc', 'url', 'depends', 'epoch', 'license']) expect(unknown).toContain(field)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(readdirSync(folder)).toEqual([])
      expect(existsSync(join(folder, 'marker'))).toBe(false)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses a text that is too long, and one that would exhaust the parser', async () => {
    expect(await readPkgbuild(`# ${'x'.repeat(PKGBUILD_MAX_BYTES)}`)).toBeNull()
    expect(await readPkgbuild('a=('.repeat(2_000))).toBeNull()
    expect(await readPkgbuild('\0'.repeat(PKGBUILD_MAX_BYTES))).toBeNull()
  })

  it.each([
    ['package() {\n', '  url=x\n'],
    ['', 'f() { url=x; }\n'],
    ['package() {\n', 'if true; then url=x; else\n'],
    ['package() {\n', '  depends+=("${depends[@]}" a)\n'],
    ['', 'depends+=("${depends[@]}" a)\n'],
    ['depends=(', 'a{b,c}'],
    ['depends=(', '{a,b}{c,d} '],
    ['depends=(', 'x '],
    ['pkgname=(', 'a'],
    ['pkgname=(', 'a b c d e f g h '],
    ['arch=(', 'a b c d e f g h '],
    ['url=', '${url:-'],
    ['url=', '"${url'],
    ['', `source_${'x'.repeat(30)}=(a)\n`],
    ['package() {\n  cat <<E\n', '  url=x\n'],
    ['package() {\n  echo "', '  url=x\n'],
  ])('is done in seconds with %j and %j repeated to the limit', async (start, unit) => {
    const close = start.endsWith('(') ? ')\n' : '\n}\n'
    const head = `${HEAD}${start}`
    const text = head + unit.repeat(Math.floor((PKGBUILD_MAX_BYTES - head.length - 4) / unit.length)) + close
    const started = performance.now()
    const pkgbuild = await readPkgbuild(text)
    if (pkgbuild !== null) writeSrcinfo(pkgbuild)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('answers any text, and what it writes can be read', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...'pkgdesc= url= depends=( source=( source_x86_64=( sha256sums+=( ) arch=(any) pkgname=(a b) epoch= pkgbase='.split(
          ' ',
        ),
        ...['\n', ' ', '"', "'", '1', 'x', '=', ';', '\n  '],
      ),
      fc.constantFrom(
        ...'$( ${ } { <<E \\ ` if fi then x() package() package_a() # && , :: # ? git+https:// $url $pkgname'.split(
          ' ',
        ),
        ...['\r', '\0', '\ufeff', '\u{1f600}', '\u2003'],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const pkgbuild = await readPkgbuild(`${HEAD}${pieces.join('')}\n`)
        const srcinfo = pkgbuild && writeSrcinfo(pkgbuild)
        if (srcinfo?.known === false) expect(srcinfo.reasons).not.toEqual([])
        if (srcinfo?.known !== true) return
        const read = readSrcinfo(srcinfo.text)
        expect(read.ok && formatSrcinfo(read.srcinfo)).toBe(srcinfo.text)
      }),
      { numRuns: 1_000 },
    )
  })
})
