import { Buffer } from 'node:buffer'
import { type Sha256, sha256Schema } from '@rbee/schema'
import type { RandomBytes } from '../ports/surroundings.ts'

/** 128 bits, so that an id cannot be guessed. */
const RANDOM_BYTES = 16

/**
 * The id of a new upload. It holds the SHA-256 of the archive, so that a call for an upload that is finished and
 * forgotten can still be answered: the usual case after a lost answer.
 */
export function newUploadId(sha256: Sha256, randomBytes: RandomBytes): string {
  return `${sha256}-${Buffer.from(randomBytes(RANDOM_BYTES)).toString('hex')}`
}

/** The archive that an upload's id speaks of; null for a text that is no such id. */
export function archiveOfUploadId(id: string): Sha256 | null {
  const match = /^([0-9a-f]{64})-[0-9a-f]{32}$/.exec(id)
  return match === null ? null : sha256Schema.parse(match[1])
}
