import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '../merkle/hashes.ts'
import { signCheckpoint } from '../notes/checkpoint.ts'
import { newSignerKey, parseSignerKey } from '../notes/keys.ts'
import { bundleBytes, tileBytes } from '../tiles/tile-bytes.ts'
import { tileCount, tilePath, tileWidth } from '../tiles/tile-path.ts'
import { EMPTY_EDGE, edgeRoot, extendTree } from '../tiles/tree-edge.ts'
import { differenceOf } from './differences.ts'
import { type LogSource, readCheckpoint } from './log-source.ts'
import { type KnownLog, replayLog } from './replay.ts'

const signer = parseSignerKey(newSignerKey('log.example', new Uint8Array(32).fill(5)))
const encode = (text: string) => new TextEncoder().encode(text)
const entriesUpTo = (size: number) => Array.from({ length: size }, (_, at) => encode(`entry ${at}`))

type Files = Map<string, Uint8Array>

/** Everything that a log of these entries shows. */
function filesOf(entries: readonly Uint8Array[]): Files {
  const { edge, tiles } = extendTree(EMPTY_EDGE, entries.map(leafHash))
  const files: Files = new Map()
  for (const { level, index, hashes } of tiles) {
    files.set(tilePath({ level, index, width: hashes.length }), tileBytes(hashes))
  }
  for (let index = 0; index < tileCount(0, entries.length); index += 1) {
    const width = tileWidth(0, index, entries.length)
    const bundle = bundleBytes(entries.slice(index * 256, index * 256 + width))
    files.set(tilePath({ level: 'entries', index, width }), bundle)
  }
  files.set('checkpoint', encode(signCheckpoint({ size: edge.size, root: edgeRoot(edge) }, signer)))
  return files
}

async function verify(files: Files, known: KnownLog | null = null): Promise<string> {
  const source: LogSource = async (path) => files.get(path) ?? null
  try {
    await replayLog(source, await readCheckpoint(source, signer.verifier), { known, onEntry: () => {} })
    return 'done'
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}

describe('a log that is read whole', () => {
  it('is in order at sizes of all kinds', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 512, 700])
      expect(await verify(filesOf(entriesUpTo(size)))).toBe('done')
  })

  it('is refused after any byte of anything that it shows was changed', async () => {
    const files = filesOf(entriesUpTo(700))
    const places = [...files].flatMap(([path, { length }]) =>
      Array.from({ length }, (_, at) => [path, at] as const),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.nat(places.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (chosen, change) => {
          const [path, at] = places[chosen] ?? ['', 0]
          const bytes = files.get(path)?.slice() ?? new Uint8Array()
          bytes[at] = (bytes[at] ?? 0) ^ change
          expect(await verify(new Map(files).set(path, bytes)), `${path} at ${at}`).not.toBe('done')
        },
      ),
      { numRuns: 2000 },
    )
  }, 120_000)

  it('is refused after any bit of its signed tree head was changed', async () => {
    const files = filesOf(entriesUpTo(3))
    const checkpoint = files.get('checkpoint') ?? new Uint8Array()
    for (let bit = 0; bit < checkpoint.length * 8; bit += 1) {
      const changed = checkpoint.slice()
      changed[bit >> 3] = (checkpoint[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if ((await verify(new Map(files).set('checkpoint', changed))) === 'done') expect.fail(`bit ${bit}`)
    }
  })

  it('is refused when any of its files is gone or cut off', async () => {
    const files = filesOf(entriesUpTo(600))
    for (const [path, bytes] of files) {
      const without = new Map(files)
      without.delete(path)
      expect(await verify(without), path).not.toBe('done')
      expect(await verify(new Map(files).set(path, bytes.subarray(0, -1))), path).not.toBe('done')
    }
  })

  it('is known by what it was before', async () => {
    const leaves = entriesUpTo(300).map(leafHash)
    const known = { size: 300, root: edgeRoot(extendTree(EMPTY_EDGE, leaves).edge), leaves }
    expect(await verify(filesOf(entriesUpTo(300)), known)).toBe('done')
    expect(await verify(filesOf(entriesUpTo(500)), known)).toBe('done')
    expect(await verify(filesOf(entriesUpTo(299)), known)).toBe('log_shrunk')
    expect(await verify(filesOf([encode('x'), ...entriesUpTo(299)]), known)).toBe('log_split_view')
    expect(await verify(filesOf([encode('x'), ...entriesUpTo(400)]), known)).toBe('log_forked')
  })
})

describe('what became of entries', () => {
  const hashes = (...names: string[]) => names.map((name) => leafHash(encode(name)))
  const before = hashes('a', 'b', 'c', 'd', 'a')

  it.each([
    [null, hashes('a', 'b', 'c', 'd', 'a')],
    [null, hashes('a', 'b', 'c', 'd', 'a', 'e')],
    [{ code: 'log_entry_altered', index: 2 }, hashes('a', 'b', 'x', 'd', 'a')],
    [{ code: 'log_entry_altered', index: 4 }, hashes('a', 'b', 'c', 'd', 'b')],
    [{ code: 'log_entry_missing', index: 2 }, hashes('a', 'b', 'd', 'a')],
    [{ code: 'log_entry_missing', index: 4 }, hashes('a', 'b', 'c', 'd')],
    [{ code: 'log_entry_missing', index: 0 }, []],
    [{ code: 'log_entries_reordered', index: 1 }, hashes('a', 'c', 'b', 'd', 'a')],
    [{ code: 'log_entries_reordered', index: 0 }, hashes('d', 'a', 'b', 'c', 'a')],
  ])('is told: %j', (difference, after) => {
    expect(differenceOf(before, after)).toEqual(difference)
  })
})
