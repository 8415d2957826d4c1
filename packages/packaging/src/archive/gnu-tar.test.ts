import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { digestOf, RbeeError, sha256Schema } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/folder.ts'
import { entry, inPieces, PROGRAM, pax, tar } from '../../test/tar-writer.ts'
import { extractArchive } from './extract-archive.ts'

const sha256 = (bytes: Uint8Array) => sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))

const GNU = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') === true

/** Names that mean the same, climb, clash or stand in each other's way. */
const name = fc.constantFrom(
  'a',
  'a/',
  './a',
  'a/b',
  'lib/../a',
  'A',
  'lib/x',
  'lib//x',
  '/lib/x',
  'n\u00e4',
  'x ',
)
const contents = fc.string({ maxLength: 3 })
const part = fc.oneof(
  fc.tuple(name, contents).map(([path, text]) => entry({ name: path }, text)),
  fc.tuple(name, contents).map(([path, text]) => Buffer.concat([pax({ path }), entry({}, text)])),
  fc
    .tuple(name, contents)
    .map(([path, text]) => Buffer.concat([entry({ type: 'L' }, `${path}\0`), entry({}, text)])),
  name.map((path) => entry({ name: path, type: '5' })),
  fc
    .constantFrom('1', '2', '3', '6', '7', 'S', 'x', 'g')
    .map((type) => entry({ name: 'z', type, link: 'a' })),
)

it.skipIf(!GNU)(
  'extracts what GNU tar extracts, or refuses (skipped without GNU tar)',
  async () => {
    const folder = await temporaryFolder()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        await rm(folder, { recursive: true, force: true })
        await mkdir(join(folder, 'gnu'), { recursive: true })
        const plain = tar(PROGRAM, ...parts)
        if (!(await isExtracted(plain, join(folder, 'own')))) return
        accepted += 1
        const { status } = spawnSync('tar', ['-xf', '-', '-C', join(folder, 'gnu')], { input: plain })
        expect(status).toBe(0)
        expect(await readTree(join(folder, 'own'))).toEqual(await readTree(join(folder, 'gnu')))
      }),
      { numRuns: 60 },
    )
    expect(accepted).toBeGreaterThan(0)
  },
  120_000,
)

/** Whether it was extracted; false where it was refused by a rule. */
async function isExtracted(plain: Uint8Array, target: string): Promise<boolean> {
  const bytes = gzipSync(plain)
  const expected = { sha256: sha256(bytes), size: bytes.length, digest: digestOf(sha256(plain)) }
  try {
    await extractArchive(inPieces(bytes), 'tar.gz', target, { expected })
    return true
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    expect(error.code).toBe('archive_invalid')
    return false
  }
}

/** Files with their contents, in NFC as archives have them. */
async function readTree(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name)
    const relative = path.slice(folder.length + 1).normalize('NFC')
    files[relative] = item.isFile() ? await readFile(path, 'utf8') : '/'
  }
  return files
}
