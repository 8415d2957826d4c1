import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { digestOf, sha256Schema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/folder.ts'
import { inPieces } from '../../test/tar-writer.ts'
import { extractArchive } from './extract-archive.ts'
import { createStructureCollector, digestOfStructure } from './tar-structure.ts'

const sha256 = (bytes: Uint8Array) => sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
const GNU = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') === true

/** A worker's folder as an author may have it: folders, odd modes, an empty file, a long name. */
async function aWorker(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true })
  await mkdir(join(folder, 'lib/empty'), { recursive: true })
  await writeFile(join(folder, 'bin/tool'), '#!/bin/sh\n')
  await chmod(join(folder, 'bin/tool'), 0o775)
  await writeFile(join(folder, 'lib', `${'long-'.repeat(30)}name`), 'x'.repeat(1_000_000))
  await writeFile(join(folder, 'lib/nothing'), '')
  await writeFile(join(folder, 'README.md'), '# tool\n', { mode: 0o664 })
}

describe.skipIf(!GNU)('the structure of an archive (skipped without GNU tar)', () => {
  it.each([
    [['--format=gnu']],
    [['--format=pax']],
    [['--format=gnu', '--blocking-factor=1', '--owner=me:7']],
  ])(
    'that GNU tar packed with %j gives its digest again, and another one for other files',
    async (options) => {
      const root = await temporaryFolder()
      await aWorker(join(root, 'worker'))
      const { stdout: tar } = spawnSync('tar', [...options, '-cf', '-', '-C', join(root, 'worker'), '.'], {
        maxBuffer: 2 ** 24,
      })
      const packed = gzipSync(tar)
      const digest = digestOf(sha256(tar))
      const out = join(root, 'out')
      const { structure } = await extractArchive(inPieces(packed, [999, 70_000]), 'tar.gz', out, {
        expected: { sha256: sha256(packed), size: packed.length, digest },
      })
      if (structure === null) throw new Error('it was not kept')
      const now = () => digestOfStructure(structure, (name) => createReadStream(join(out, name)))
      expect(await now()).toBe(digest)
      expect(structure.files.map(({ name, executable }) => [name, executable])).toContainEqual([
        'bin/tool',
        true,
      ])
      await writeFile(join(out, 'README.md'), '# took\n')
      expect(await now()).not.toBe(digest)
    },
  )
})

it('a structure that is too large is not kept', () => {
  const collector = createStructureCollector(1000)
  for (let chunk = 0; chunk < 3; chunk += 1) collector.chunkRead(new Uint8Array(512))
  expect(collector.finish()).toBeNull()
})
