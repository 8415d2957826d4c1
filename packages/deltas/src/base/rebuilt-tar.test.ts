import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compressArchive, extractArchive, listPackEntries } from '@rbee/packaging'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rebuiltTar } from './rebuilt-tar.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rebuilt-tar-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A worker that was packed and unpacked, and its archive. */
async function anInstalledWorker() {
  const source = join(root, 'source')
  await mkdir(join(source, 'bin'), { recursive: true })
  await mkdir(join(source, 'lib/empty'), { recursive: true })
  await writeFile(join(source, 'bin/worker'), '#!/bin/sh\n')
  await chmod(join(source, 'bin/worker'), 0o755)
  await writeFile(join(source, 'lib', 'long-'.repeat(30)), 'x'.repeat(300_000))
  await writeFile(join(source, 'lib/nothing'), '')
  const packed = await compressArchive(await listPackEntries(source), root, {
    level: 'fast',
    formats: ['tar.zst'],
  })
  const [archive] = packed.archives
  if (archive === undefined) throw new Error('nothing was packed')
  const folder = join(root, 'installed')
  const { structure } = await extractArchive(createReadStream(archive.path), 'tar.zst', folder, {
    expected: { ...archive, digest: packed.digest },
  })
  if (structure === null) throw new Error('its structure was not kept')
  return { structure, folder, digest: packed.digest, size: packed.unpackedSize }
}

async function digestOf(source: ReturnType<typeof rebuiltTar>, step: number): Promise<string> {
  const hash = createHash('sha256')
  for (let offset = 0; offset < source.size; offset += step) {
    const part = new Uint8Array(Math.min(step, source.size - offset))
    await source.read(offset, part)
    hash.update(part)
  }
  await source.close()
  return `sha256:${hash.digest('hex')}`
}

it.each([777, 65_536, 2 ** 24])('is the archive that was unpacked, read %i bytes at a time', async (step) => {
  const { structure, folder, digest, size } = await anInstalledWorker()
  const tar = rebuiltTar(structure, folder)
  expect(tar.size).toBe(size)
  expect(await digestOf(tar, step)).toBe(digest)
})

it('is another archive where a file was changed or cut', async () => {
  const { structure, folder, digest } = await anInstalledWorker()
  await writeFile(join(folder, 'bin/worker'), '#!/bin')
  expect(await digestOf(rebuiltTar(structure, folder), 4096)).not.toBe(digest)
})

it('follows no link that took the place of a file', async () => {
  const { structure, folder } = await anInstalledWorker()
  await rm(join(folder, 'bin/worker'))
  await symlink('/etc/hostname', join(folder, 'bin/worker'))
  await expect(digestOf(rebuiltTar(structure, folder), 4096)).rejects.toThrow('ELOOP')
})
