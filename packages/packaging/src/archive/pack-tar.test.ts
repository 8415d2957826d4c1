import { chmod, link, mkdir, rename, rm, symlink, truncate, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RbeeError } from '@rbee/schema'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writeFiles } from '../../test/folder.ts'
import { digestTar, packTar } from './pack-tar.ts'
import { listPackEntries } from './source-folder.ts'

const FILES = { 'bin/tool': 'program', 'lib/b.so': 'b', 'lib/a.so': 'a', 'share/naïve': 'ü', LICENSE: 'MIT' }

async function refusal(folder: string): Promise<unknown> {
  try {
    await listPackEntries(folder)
  } catch (error) {
    if (error instanceof RbeeError) return error.details.rule ?? error.code
    throw error
  }
  return 'accepted'
}

describe('the same contents', () => {
  it('give the same bytes, whatever times, umask, order and other modes the files have', async () => {
    const first = await temporaryFolder()
    await writeFiles(first, FILES)
    const second = await temporaryFolder()
    await writeFiles(second, Object.fromEntries(Object.entries(FILES).toReversed()))
    await utimes(join(second, 'LICENSE'), 1, 1)
    await chmod(join(second, 'LICENSE'), 0o600)
    await chmod(join(second, 'lib'), 0o700)
    await chmod(join(second, 'bin/tool'), 0o711)
    const digest = await digestTar(await listPackEntries(first))
    expect(await digestTar(await listPackEntries(second))).toEqual(digest)
    // Fixed, because a release that is published again has to be the same in the next version of this program.
    expect(digest).toEqual({
      digest: 'sha256:add35692bd5a674c692e737123d00f53c3cc738b37a7dc6575d256275e742924',
      unpackedSize: 8704,
    })
  })

  it('are told apart by a name, a byte or an executable bit', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, FILES)
    const digests = new Set<string>()
    const note = async () => digests.add((await digestTar(await listPackEntries(folder))).digest)
    await note()
    await chmod(join(folder, 'LICENSE'), 0o755)
    await note()
    await rename(join(folder, 'lib/a.so'), join(folder, 'lib/c.so'))
    await note()
    await writeFiles(folder, { 'bin/tool': 'Program' })
    await note()
    expect(digests.size).toBe(4)
  })
})

describe('an archive', () => {
  it('holds folders first, then files by their own name, without owners and times', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { ...FILES, 'v1.2/x.so': 'x' })
    await mkdir(join(folder, 'empty'))
    const seen: unknown[] = []
    const reader = extract()
    reader.on('entry', (header, stream, next) => {
      seen.push(
        `${header.name} ${header.mode?.toString(8)} ${header.uid}:${header.gid} ${header.mtime?.toISOString()}`,
      )
      stream.on('end', () => next())
      stream.resume()
    })
    await pipeline(packTar(await listPackEntries(folder)), reader)
    const rest = '0:0 1980-01-01T00:00:00.000Z'
    expect(seen).toEqual([
      `bin 755 ${rest}`,
      `empty 755 ${rest}`,
      `lib 755 ${rest}`,
      `share 755 ${rest}`,
      `v1.2 755 ${rest}`,
      `LICENSE 644 ${rest}`,
      `lib/a.so 644 ${rest}`,
      `lib/b.so 644 ${rest}`,
      `share/naïve 644 ${rest}`,
      `bin/tool 755 ${rest}`,
      `v1.2/x.so 644 ${rest}`,
    ])
  })

  it('gets the files that are added, unless the folder has its own', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, FILES)
    const additions = new Map([
      ['LICENSE', Buffer.from('another licence')],
      ['README.md', Buffer.from('read me')],
    ])
    const entries = await listPackEntries(folder, additions)
    expect(entries.find((entry) => entry.name === 'LICENSE')?.size).toBe(3)
    expect(entries.find((entry) => entry.name === 'README.md')?.size).toBe(7)
  })
})

describe('links in the folder', () => {
  it('are packed as what they lead to, inside the folder', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'bin/tool': 'x', 'lib/libx.so.1': 'x' })
    await symlink('libx.so.1', join(folder, 'lib/libx.so'))
    await link(join(folder, 'bin/tool'), join(folder, 'bin/other'))
    const entries = await listPackEntries(folder)
    expect(entries.filter((entry) => entry.type === 'file').map((entry) => entry.name)).toEqual([
      'lib/libx.so',
      'lib/libx.so.1',
      'bin/other',
      'bin/tool',
    ])
  })

  it.each(['/etc/hostname', '../outside', '..', 'nowhere'])(
    'are refused when they lead to %s',
    async (target) => {
      const parent = await temporaryFolder()
      const folder = join(parent, 'worker')
      await writeFiles(parent, { outside: 'secret', 'worker/bin/tool': 'x' })
      await chmod(join(folder, 'bin/tool'), 0o755)
      await symlink(target, join(folder, 'link'))
      expect(await refusal(folder)).toBe('link')
    },
  )

  it('are refused when they lead in circles', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'bin/tool': 'x', 'a/file': 'x' })
    await symlink('../a', join(folder, 'a/again'))
    expect(await refusal(folder)).toBe('too_deep')
    await symlink('../a', join(folder, 'a/and-again'))
    expect(['too_deep', 'too_many_entries']).toContain(await refusal(folder))
  })
})

describe('folders that cannot be packed', () => {
  it('are refused with the rule', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { tool: 'x' })
    expect(await refusal(folder)).toBe('no_program')
    expect(await refusal(join(folder, 'missing'))).toBe('file_not_found')
    await writeFiles(folder, { 'bin/tool': 'x', 'ab:c': 'x' })
    expect(await refusal(folder)).toBe('forbidden_character')
    await rm(join(folder, 'ab:c'))
    await writeFiles(folder, { A: 'x', a: 'x' })
    expect(await refusal(folder)).toBe('name_clash')
  })

  it('are refused when a file changes meanwhile', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, FILES)
    const entries = await listPackEntries(folder)
    await truncate(join(folder, 'bin/tool'), 2)
    await expect(digestTar(entries)).rejects.toEqual(
      expect.objectContaining({ code: 'busy', details: { entry: '"bin/tool"' } }),
    )
  })
})
