import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPkgbuild } from '../package/pkgbuild.ts'
import { writeSrcinfo } from './write.ts'

const WRITER = '/usr/share/makepkg/srcinfo.sh'

const equals = fc.constantFrom('=', '=', '+=')
const text = fc.constantFrom(
  ...[
    'x',
    '"a b"',
    "'c  d'",
    '$pkgname',
    '"$pkgver"',
    '${_v}',
    '"${_l[@]}"',
    '""',
    'a\\ b',
    '"$_v-${pkgname%-*}"',
  ],
  ...['{p,q}', '$url', '"$pkgdesc"', '$CARCH', '"q;r"', '$pkgbase', 'é', '"${_n:-${_v}}"', '$attr', 'a#b'],
)
const relation = fc.constantFrom(
  ...['x', '"a.b"', '$pkgname', '${_m[@]}', '"${_m[@]}"', 'p{q,r}', '$_n', 'x${_n}y', '"${depends[@]}"'],
  ...['"${_m[@]/%/-z}"', '${pkgname#a}a', 'q'],
)
const list = (item: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(item, { maxLength: 3 }), fc.constantFrom(' ', '\n    '))
    .map(([items, gap]) => `(${items.join(gap)})`)
const field = fc.oneof(
  fc.tuple(
    fc.constantFrom('pkgdesc', 'url', 'install', 'changelog'),
    equals,
    fc.oneof(text, fc.constant('')),
  ),
  fc.tuple(fc.constantFrom('groups', 'license', 'license'), equals, list(text)),
  fc.tuple(
    fc.constantFrom('depends', 'provides', 'depends_x86_64', 'arch', 'conflicts_i686'),
    equals,
    list(relation),
  ),
)
const assignment = field.map((parts) => parts.join(''))

/** Commands of a function: assignments where makepkg sees them, where it does not, and where it would run something. */
const { body } = fc.letrec<{ body: string; command: string }>((tie) => ({
  body: fc
    .array(tie('command'), { minLength: 1, maxLength: 4, depthIdentifier: 'body' })
    .map((all) => all.join('\n')),
  command: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'body' },
    { arbitrary: assignment, weight: 12 },
    {
      arbitrary: fc.tuple(fc.constantFrom('local ', 'true && ', 'export ', ': '), assignment).map(harmless),
      weight: 4,
    },
    {
      arbitrary: fc.constantFrom('true', '# url=x', 'cat <<EOF\n  hello=1\nEOF', 'echo "two\n lines"'),
      weight: 3,
    },
    { arbitrary: assignment.map((one) => `( cd x; ${one}; true )`), weight: 1 },
    { arbitrary: assignment.map((one) => `while ${one}; do :; done`), weight: 1 },
    { arbitrary: tie('body').map((inner) => `{ true\n${inner}\n}`), weight: 2 },
    { arbitrary: tie('body').map((inner) => `if true; then\n${inner}\nelse\n${inner}\nfi`), weight: 2 },
    { arbitrary: tie('body').map((inner) => `for i in 1 2; do\n${inner}\ntrue\ndone`), weight: 1 },
    { arbitrary: tie('body').map((inner) => `case x in\n x)\n ${inner}\n;;\n *) true ;;\nesac`), weight: 1 },
    { arbitrary: tie('body').map((inner) => `f() {\n${inner}\n}`), weight: 1 },
  ),
}))

function harmless([start, one]: [string, string]): string {
  return start === ': ' ? `: ${one.replace(/[()]/g, '')}` : start + one
}

const pkgbuildText = fc.tuple(fc.array(assignment, { maxLength: 4 }), fc.boolean(), body, body).map(
  ([globals, isSplit, first, second]) => `pkgname=(${isSplit ? 'a-x b-y' : 'a-x'})
pkgver=1.0
pkgrel=1
_v='v w'
_l=(l1 'l 2')
_n=
_m=(m1 m2)
${globals.filter((one) => !one.startsWith('arch')).join('\n')}
arch=(x86_64 i686)
package_a-x() {\n${first}\n}
${isSplit ? `package_b-y() {\n${second}\n}` : ''}
`,
)

/** What makepkg's own functions print of each file; its `lint_pkgbuild` is left out. */
function printAll(folder: string, count: number): string[] {
  const files = Array.from({ length: count }, (_, index) => `print_file ${index}`)
  const script = `source ${WRITER}; CARCH=x86_64
print_file() { ( shopt -u extglob; source "./$1"; shopt -s extglob; pkgbase=\${pkgbase:-\${pkgname[0]}}
  write_srcinfo_content; printf '\\0' ); }
${files.join('\n')}`
  const printed = execFileSync('bash', ['--norc', '--noprofile', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return printed.split('\0').slice(0, -1)
}

describe.skipIf(!existsSync(WRITER))('functions of packages (needs makepkg)', () => {
  it("state what makepkg's own functions find in them, or it is not known", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'functions-'))
    try {
      const known: { pkgbuild: string; srcinfo: string }[] = []
      for (const pkgbuild of fc.sample(pkgbuildText, { numRuns: 80, seed: 11 })) {
        const read = await readPkgbuild(pkgbuild)
        const srcinfo = read && writeSrcinfo(read)
        if (srcinfo?.known !== true) continue
        writeFileSync(join(folder, String(known.length)), pkgbuild)
        known.push({ pkgbuild, srcinfo: srcinfo.text })
      }
      expect(known.length).toBeGreaterThan(20)
      const printed = printAll(folder, known.length)
      const differing = known.filter(({ srcinfo }, index) => printed[index] !== srcinfo)
      expect(differing.map((one) => ({ ...one, makepkg: printed[known.indexOf(one)] }))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
