import { FILE_LIST_MAX_BYTES } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { createFileLister } from './file-list.ts'

const file = (name: string, size = 0) => ({ name, type: 'file' as const, size, executable: false })

describe('a list of files', () => {
  it('is sorted by path, with the digest of each, and without folders', () => {
    const lister = createFileLister()
    lister.entry({ name: 'b', type: 'directory', size: 0, executable: true })
    lister.entry(file('b/empty'))
    lister.entry(file('a', 3))
    lister.data(Buffer.from('ab'))
    lister.data(Buffer.from('c'))
    const { total, complete, files } = lister.finish()
    expect({ total, complete }).toEqual({ total: 2, complete: true })
    expect(files.map(({ path, sha256 }) => [path, sha256.slice(0, 8)])).toEqual([
      ['a', 'ba7816bf'],
      ['b/empty', 'e3b0c442'],
    ])
  })

  it('ends before it is too large, and counts on', () => {
    const lister = createFileLister()
    // As many as an archive may hold, with names as long as they may be.
    for (let index = 0; index < 50_000; index += 1) lister.entry(file(`${index}/`.padEnd(512, '\u20ac')))
    const { total, complete, files } = lister.finish()
    expect({ total, complete }).toEqual({ total: 50_000, complete: false })
    expect(files.length).toBeGreaterThan(1_000)
    expect(Buffer.byteLength(JSON.stringify(files))).toBeLessThan(FILE_LIST_MAX_BYTES)
  })

  it('ends at the first file that has no room', () => {
    const lister = createFileLister(300)
    for (const name of ['a', 'b'.repeat(200), 'c']) lister.entry(file(name))
    expect(lister.finish()).toMatchObject({ total: 3, complete: false, files: [{ path: 'a' }] })
  })
})
