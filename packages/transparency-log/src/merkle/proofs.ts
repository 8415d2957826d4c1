import { type Hash, nodeHash, sameHash } from './hashes.ts'

/** What a signed tree head says: so many entries, under this root. */
export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

/** The root of the full subtree of height `level` whose leaves begin at `index` times 2 to the `level`. */
export type ReadNode = (level: number, index: number) => Promise<Hash>

/** Root of the tree of the first `size` leaves, which is at least 1 (RFC 9162, 2.1.1). */
export function treeRoot(read: ReadNode, size: number): Promise<Hash> {
  return rangeRoot(read, 0, size)
}

/** The audit path of a leaf in the tree of the first `size` leaves (RFC 9162, 2.1.3.1). */
export async function inclusionProof(read: ReadNode, index: number, size: number): Promise<Hash[]> {
  assertRange(index >= 0 && index < size)
  return inclusionPath(read, index, 0, size)
}

/** What shows that the tree of the first `size` leaves begins with that of the first `older` (RFC 9162, 2.1.4.1). */
export async function consistencyProof(read: ReadNode, older: number, size: number): Promise<Hash[]> {
  assertRange(older >= 1 && older <= size)
  return older === size ? [] : consistencyPath(read, older, 0, size, true)
}

/** Whether `proof` leads from the leaf to the root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  leaf: Hash,
  index: number,
  { size, root }: TreeHead,
  proof: readonly Hash[],
): boolean {
  if (index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(hash, root)
}

/** Whether `proof` shows that the newer tree begins with the older one, which has at least one leaf (RFC 9162, 2.1.4.2). */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Hash[]): boolean {
  if (older.size < 1 || older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && sameHash(older.root, newer.root)
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof
  if (first === undefined) return false
  let node = older.size - 1
  let last = newer.size - 1
  while (isOdd(node)) {
    node = half(node)
    last = half(last)
  }
  let oldRoot = first
  let newRoot = first
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      oldRoot = nodeHash(hash, oldRoot)
      newRoot = nodeHash(hash, newRoot)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      newRoot = nodeHash(newRoot, hash)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(oldRoot, older.root) && sameHash(newRoot, newer.root)
}

// Nodes are asked for all at once: each may be a request to a registry far away.

async function inclusionPath(read: ReadNode, index: number, start: number, end: number): Promise<Hash[]> {
  if (end - start === 1) return []
  const middle = start + split(end - start)
  const isLeft = index < middle
  const [path, sibling] = await Promise.all([
    isLeft ? inclusionPath(read, index, start, middle) : inclusionPath(read, index, middle, end),
    isLeft ? rangeRoot(read, middle, end) : rangeRoot(read, start, middle),
  ])
  return [...path, sibling]
}

/** @param isKnown whether the verifier knows the root of this range as the root of the older tree. */
async function consistencyPath(
  read: ReadNode,
  older: number,
  start: number,
  end: number,
  isKnown: boolean,
): Promise<Hash[]> {
  if (older === end) return isKnown ? [] : [await rangeRoot(read, start, end)]
  const middle = start + split(end - start)
  const isLeft = older <= middle
  const [path, sibling] = await Promise.all([
    isLeft
      ? consistencyPath(read, older, start, middle, isKnown)
      : consistencyPath(read, older, middle, end, false),
    isLeft ? rangeRoot(read, middle, end) : rangeRoot(read, start, middle),
  ])
  return [...path, sibling]
}

async function rangeRoot(read: ReadNode, start: number, end: number): Promise<Hash> {
  const size = end - start
  if (isPowerOfTwo(size)) return read(Math.log2(size), start / size)
  const middle = start + split(size)
  const [left, right] = await Promise.all([rangeRoot(read, start, middle), rangeRoot(read, middle, end)])
  return nodeHash(left, right)
}

/** The largest power of two below `size`. */
function split(size: number): number {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}

// Sizes may be beyond 32 bits, where the operators for bits end.

function isPowerOfTwo(size: number): boolean {
  return size >= 1 && (size === 1 || split(size) * 2 === size)
}

function isOdd(number: number): boolean {
  return number % 2 === 1
}

function half(number: number): number {
  return Math.floor(number / 2)
}

function assertRange(holds: boolean): void {
  if (!holds) throw new RangeError('The tree has no such leaves')
}
