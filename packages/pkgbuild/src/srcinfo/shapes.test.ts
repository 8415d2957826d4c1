import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPkgbuild } from '../package/pkgbuild.ts'
import { formatSrcinfo } from './document.ts'
import { readSrcinfo } from './read.ts'
import { writeSrcinfo } from './write.ts'

const SHAPES = join(import.meta.dirname, 'shapes')
const NAMES = readdirSync(SHAPES)
  .filter((file) => file.endsWith('.PKGBUILD'))
  .map((file) => file.slice(0, -'.PKGBUILD'.length))

describe('writeSrcinfo', () => {
  it('is held against at least thirty shapes', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(30)
  })

  it.each(NAMES)('writes what makepkg 6.0.2 writes: %s', async (name) => {
    const pkgbuild = await readPkgbuild(readFileSync(join(SHAPES, `${name}.PKGBUILD`), 'utf8'))
    const golden = readFileSync(join(SHAPES, `${name}.SRCINFO`), 'utf8')
    const written = pkgbuild && writeSrcinfo(pkgbuild)
    expect(written).toEqual({ known: true, text: golden })
    const read = readSrcinfo(golden)
    expect(read.ok && formatSrcinfo(read.srcinfo)).toBe(golden)
  })
})

/** makepkg refuses to run as root, and wants to own the folder. */
const NOBODY = 65534
const IS_ROOT = process.getuid?.() === 0
const LIBRARY = '/usr/share/makepkg'
const HAS_MAKEPKG = existsSync('/usr/bin/makepkg') && existsSync(LIBRARY)

/** Has makepkg print the .SRCINFO of each shape into a file of the folder, two at a time. */
function printSrcinfo(folder: string, library: string, names: readonly string[]): void {
  const command = 'makepkg --printsrcinfo -p "$0" > "$0.out" 2> "$0.err"'
  spawnSync('xargs', ['-P', '2', '-n', '1', 'sh', '-c', command], {
    cwd: folder,
    input: names.map((name) => `${name}.PKGBUILD\n`).join(''),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', RBEE_LICENSE_KEY: 'any', LIBRARY: library },
    ...(IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {}),
  })
}

describe.skipIf(!HAS_MAKEPKG)('makepkg --printsrcinfo (needs makepkg)', () => {
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shapes-'))
    await cp(SHAPES, folder, { recursive: true, filter: (path) => !path.endsWith('.SRCINFO') })
    for (const file of [
      'suite.install',
      'suite.changelog',
      'doc.install',
      'served-worker.install',
      'ChangeLog',
    ]) {
      await writeFile(join(folder, file), '')
    }
    // Looking for mistakes takes makepkg four fifths of its time, and changes nothing of what it writes.
    const library = join(folder, 'library')
    await cp(LIBRARY, library, { recursive: true })
    await writeFile(join(library, 'lint_pkgbuild.sh'), 'lint_pkgbuild() { :; }\n')
    await chmod(folder, 0o777)
    const thorough = NAMES.filter((_, index) => index % 8 === 0)
    printSrcinfo(folder, LIBRARY, thorough)
    printSrcinfo(
      folder,
      library,
      NAMES.filter((name) => !thorough.includes(name)),
    )
  }, 180_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  // `vitest -u` renews them.
  it.each(NAMES)('wrote the .SRCINFO that is kept here: %s', async (name) => {
    const read = (ending: string) => readFile(join(folder, `${name}.PKGBUILD.${ending}`), 'utf8')
    const printed = await read('out')
    expect(printed, await read('err')).not.toBe('')
    await expect(printed).toMatchFileSnapshot(join(SHAPES, `${name}.SRCINFO`))
  })
})
