import { TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { ObjectReader } from './object-reader.ts'

async function reading(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write(files)
  await folder.commit()
  const hashes = new Map<string, string>()
  for (const name of Object.keys(files)) hashes.set(name, await folder.git(['rev-parse', `HEAD:${name}`]))
  const objects = new ObjectReader({ cwd: folder.path, environment: {}, searchPath: process.env.PATH })
  return {
    objects,
    read: (name: string, maxBytes: number) => objects.read('blob', hashes.get(name) ?? '', maxBytes),
    async [Symbol.asyncDispose]() {
      objects.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('ObjectReader', () => {
  it('reads many at once, and passes over what is too large between them', async () => {
    const large = Buffer.alloc(5 * 2 ** 20, 'x')
    await using folder = await reading({ a: 'A', large, b: 'B\n', empty: '', exact: 'x'.repeat(100) })
    const order = ['a', 'large', 'b', 'large', 'empty', 'large', 'exact', 'a']
    const read = await Promise.all(order.map((name) => folder.read(name, 100)))
    expect(read.map(String)).toEqual([
      'A',
      'too-large',
      'B\n',
      'too-large',
      '',
      'too-large',
      'x'.repeat(100),
      'A',
    ])
    expect(await folder.read('large', large.length)).toEqual(large)
  })

  it('lets objects that are too large come a few times only', async () => {
    await using folder = await reading({ huge: Buffer.alloc(40 * 2 ** 20), a: 'A' })
    for (let count = 0; count < 4; count += 1) expect(await folder.read('huge', 10)).toBe('too-large')
    expect(String(await folder.read('a', 10))).toBe('A')
  })

  it('tells what is missing or of another type', async () => {
    await using folder = await reading({ a: 'A' })
    expect(await folder.objects.read('blob', '0'.repeat(40), 10)).toBe('missing')
    expect(await folder.objects.read('tree', '4b825dc642cb6eb9a060e54bf8d69288fbee4904', 10)).toEqual(
      Buffer.alloc(0),
    )
    expect(await folder.objects.read('blob', '4b825dc642cb6eb9a060e54bf8d69288fbee4904', 10)).toBe('missing')
    await expect(folder.objects.read('blob', '--help', 10)).rejects.toThrow('not the hash')
  })
})
