import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LogSource, tileNodes } from '../client/log-source.ts'
import { EMPTY_ROOT, type Hash, leafHash } from '../merkle/hashes.ts'
import { treeRoot } from '../merkle/proofs.ts'
import { tileBytes } from './tile-bytes.ts'
import { tilePath } from './tile-path.ts'
import { EMPTY_EDGE, edgeRoot, extendTree, type GrownTile } from './tree-edge.ts'

const leavesUpTo = (size: number): Hash[] =>
  Array.from({ length: size }, (_, at) => leafHash(new TextEncoder().encode(`entry ${at}`)))

function storeOf(): { put(tiles: readonly GrownTile[]): void; source: LogSource } {
  const stored = new Map<string, Uint8Array>()
  return {
    put(tiles) {
      for (const { level, index, hashes } of tiles) {
        stored.set(tilePath({ level, index, width: hashes.length }), tileBytes(hashes))
      }
    },
    source: async (path) => stored.get(path) ?? null,
  }
}

it('is the empty tree at first', () => {
  expect(edgeRoot(EMPTY_EDGE)).toEqual(EMPTY_ROOT)
  expect(extendTree(EMPTY_EDGE, [])).toEqual({ edge: EMPTY_EDGE, tiles: [] })
})

it('grows to the same tree in whatever steps, and leaves all tiles that each step needs', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(steps, async (sizes) => {
      const leaves = leavesUpTo(sizes.reduce((sum, size) => sum + size, 0))
      const { put, source } = storeOf()
      let edge = EMPTY_EDGE
      for (const size of sizes) {
        const grown = extendTree(edge, leaves.slice(edge.size, edge.size + size))
        edge = grown.edge
        put(grown.tiles)
        if (edge.size > 0)
          expect(await treeRoot(tileNodes(source, edge.size), edge.size)).toEqual(edgeRoot(edge))
      }
      expect(edgeRoot(edge)).toEqual(edgeRoot(extendTree(EMPTY_EDGE, leaves).edge))
    }),
    { numRuns: 30 },
  )
})

it('reaches the third level of tiles', async () => {
  const leaves = leavesUpTo(66_000)
  const { put, source } = storeOf()
  const { edge, tiles } = extendTree(EMPTY_EDGE, leaves)
  put(tiles)
  expect(edge.unfinished.map(({ length }) => length)).toEqual([208, 1, 1])
  expect(await treeRoot(tileNodes(source, edge.size), edge.size)).toEqual(edgeRoot(edge))
})
