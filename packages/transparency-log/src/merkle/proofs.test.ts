import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash, perfectRoot } from './hashes.ts'
import { consistencyProof, inclusionProof, treeRoot, verifyConsistency, verifyInclusion } from './proofs.ts'

const LARGEST = 260

/** RFC 9162, 2.1.1, word for word: what the code under test is measured against. */
function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries
  if (only === undefined) return createHash('sha256').digest()
  if (entries.length === 1) return createHash('sha256').update(Uint8Array.of(0)).update(only).digest()
  let k = 1
  while (k * 2 < entries.length) k *= 2
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(naiveRoot(entries.slice(0, k)))
    .update(naiveRoot(entries.slice(k)))
    .digest()
}

const entries = Array.from({ length: LARGEST }, (_, at) => new TextEncoder().encode(`entry ${at}`))
const roots = Array.from(
  { length: LARGEST + 1 },
  (_, size) => new Uint8Array(naiveRoot(entries.slice(0, size))),
)
const leaves = entries.map(leafHash)

const read = async (level: number, index: number) => {
  const size = 2 ** level
  expect((index + 1) * size).toBeLessThanOrEqual(LARGEST)
  return perfectRoot(leaves.slice(index * size, (index + 1) * size))
}

const headOf = (size: number) => ({ size, root: at(roots, size) })
function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}
function flipped(hash: Uint8Array): Uint8Array {
  const copy = hash.slice()
  copy[7] = at([...copy], 7) ^ 0x10
  return copy
}

describe('the tree', () => {
  it('has the roots that are published as test vectors', async () => {
    // The seven first entries of the reference vectors for RFC 6962.
    const known = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ]
    const hashes = known.map((hex) => leafHash(Buffer.from(hex, 'hex')))
    const readKnown = async (level: number, index: number) =>
      perfectRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level))
    expect(Buffer.from(EMPTY_ROOT).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    expect(Buffer.from(await treeRoot(readKnown, 1)).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
    expect(Buffer.from(await treeRoot(readKnown, 8)).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    )
  })

  it('has the root that the recursion of RFC 9162 gives, at every size', async () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      expect(Buffer.from(await treeRoot(read, size)).equals(at(roots, size)), `${size}`).toBe(true)
    }
  })
})

describe('proofs of inclusion', () => {
  it('verify for every entry of every size', async () => {
    for (let size = 1; size <= LARGEST; size += size < 40 ? 1 : 13) {
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(read, index, size)
        if (!verifyInclusion(at(leaves, index), index, headOf(size), proof))
          expect.fail(`${index} of ${size}`)
      }
    }
  })

  it('verify for nothing else: neither another entry, place, size or root, nor a changed proof', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: LARGEST }),
        fc.nat(),
        fc.nat(),
        async (size, first, second) => {
          const index = first % size
          const proof = await inclusionProof(read, index, size)
          const leaf = at(leaves, index)
          const head = headOf(size)
          const elsewhere = (index + 1 + (second % (size - 1))) % size
          expect(verifyInclusion(at(leaves, elsewhere), index, head, proof)).toBe(false)
          expect(verifyInclusion(leaf, elsewhere, head, proof)).toBe(false)
          expect(verifyInclusion(leaf, size, head, proof)).toBe(false)
          expect(verifyInclusion(leaf, index, headOf(size - 1), proof)).toBe(false)
          const changed = proof.map((hash, place) => (place === second % proof.length ? flipped(hash) : hash))
          expect(verifyInclusion(leaf, index, head, changed)).toBe(false)
          expect(verifyInclusion(leaf, index, head, proof.slice(1))).toBe(false)
          expect(verifyInclusion(leaf, index, head, [...proof, leaf])).toBe(false)
        },
      ),
    )
  })
})

describe('proofs of consistency', () => {
  it('verify between all sizes', async () => {
    for (let size = 1; size <= LARGEST; size += size < 40 ? 1 : 13) {
      for (let older = 1; older <= size; older += 1) {
        const proof = await consistencyProof(read, older, size)
        if (!verifyConsistency(headOf(older), headOf(size), proof)) expect.fail(`${older} of ${size}`)
      }
    }
  })

  it('verify for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: LARGEST }),
        fc.nat(),
        fc.nat(),
        async (size, first, second) => {
          const older = 1 + (first % (size - 1))
          const proof = await consistencyProof(read, older, size)
          const other = { size: older, root: flipped(at(roots, older)) }
          expect(verifyConsistency(other, headOf(size), proof)).toBe(false)
          expect(verifyConsistency(headOf(older), { size, root: flipped(at(roots, size)) }, proof)).toBe(
            false,
          )
          expect(verifyConsistency(headOf(size), headOf(older), proof)).toBe(false)
          const changed = proof.map((hash, place) => (place === second % proof.length ? flipped(hash) : hash))
          expect(verifyConsistency(headOf(older), headOf(size), changed)).toBe(false)
          expect(verifyConsistency(headOf(older), headOf(size), proof.slice(0, -1))).toBe(false)
          expect(verifyConsistency(headOf(older), headOf(size), [...proof, at(leaves, 0)])).toBe(false)
        },
      ),
    )
  })
})
