import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

/** A SHA-256, as its 32 bytes. */
export type Hash = Uint8Array

export const HASH_BYTES = 32

// Leaves and nodes are told apart by their first byte, so that no node can be passed off as a leaf (RFC 6962, 2.1).
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, 2.1). */
export const EMPTY_ROOT: Hash = sha256()

/** What an entry is in the tree. */
export function leafHash(entry: Uint8Array): Hash {
  return sha256(LEAF, entry)
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(NODE, left, right)
}

export function sameHash(a: Hash, b: Hash): boolean {
  return Buffer.compare(a, b) === 0
}

/** The root of a full subtree over `hashes`, whose number is a power of two. */
export function perfectRoot(hashes: readonly Hash[]): Hash {
  let level = hashes
  while (level.length > 1) {
    const above: Hash[] = []
    for (let at = 0; at < level.length; at += 2)
      above.push(nodeHash(hashAt(level, at), hashAt(level, at + 1)))
    level = above
  }
  return hashAt(level, 0)
}

/** @throws Error where the tree has no such hash: a bug of the caller. */
export function hashAt(hashes: readonly Hash[], at: number): Hash {
  const hash = hashes[at]
  if (hash === undefined) throw new Error(`there is no hash ${at} among ${hashes.length}`)
  return hash
}

function sha256(...parts: Uint8Array[]): Hash {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
