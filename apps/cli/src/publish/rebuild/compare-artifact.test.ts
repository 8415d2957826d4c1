import type { PackEntry } from '@rbee/packaging'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareArtifacts } from './compare-artifact.ts'

const MIB = 1024 * 1024
const { signal } = new AbortController()

let folder: TemporaryFolder
beforeAll(async () => {
  folder = await TemporaryFolder.create()
})
afterAll(() => folder[Symbol.asyncDispose]())

const made = (name: string, bytes: Uint8Array, executable = false): PackEntry => ({
  ...{ name, type: 'file', size: bytes.length, executable },
  source: { bytes },
})
const onDisk = async (name: string, bytes: Uint8Array): Promise<PackEntry> => {
  await folder.write({ [name]: bytes })
  return { ...made(name, bytes), source: { path: `${folder.path}/${name}` } }
}
const compare = (published: PackEntry[], rebuilt: PackEntry[]) => compareArtifacts(published, rebuilt, signal)

describe('compareArtifacts', () => {
  it('finds nothing where all files are the same: then only the archives differ', async () => {
    const bytes = new Uint8Array(MIB + 1).fill(7)
    const files = [
      made('b', bytes),
      { ...made('a', new Uint8Array()), type: 'directory', source: null } as const,
    ]
    expect(await compare(files, files.toReversed())).toEqual({ total: 0, files: [], only_packing: true })
  })

  it('finds the first byte that differs, wherever pieces end, and where one side ends', async () => {
    const places = fc.constantFrom(0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB - 1)
    await fc.assert(
      fc.asyncProperty(places, fc.boolean(), async (place, cut) => {
        const published = new Uint8Array(2 * MIB).fill(1)
        const rebuilt = cut ? published.slice(0, place) : published.with(place, 2)
        const { files } = await compare([await onDisk('one', published)], [{ ...made('one', rebuilt) }])
        expect(files).toMatchObject([{ kind: 'changed', name: 'one', first_difference: place }])
      }),
      { numRuns: 12 },
    )
  })

  it('tells a mode from bytes, and a file from a folder', async () => {
    const bytes = new Uint8Array([1])
    const changed = await compare(
      [made('mode', bytes), made('type', bytes)],
      [made('mode', bytes, true), { ...made('type', bytes), type: 'directory', size: 0, source: null }],
    )
    expect(changed.files.map((one) => ('first_difference' in one ? one.first_difference : 'none'))).toEqual([
      null,
      null,
    ])
  })

  it('reports a few of many, and says how many there are', async () => {
    const many = Array.from({ length: 300 }, (_, index) => made(`file-${index}`, new Uint8Array()))
    const { total, files } = await compare(many, [])
    expect({ total, listed: files.length }).toEqual({ total: 300, listed: 200 })
  })
})
