import { Buffer } from 'node:buffer'
import { RbeeError, type WorkerId, workerIdSchema } from '@rbee/schema'

/**
 * Where a list goes on: behind the last id of the page before. It stays right while workers come and go, and does not
 * promise more about its form than that it can stand in an address.
 */
export function encodeCursor(last: WorkerId): string {
  return Buffer.from(last, 'utf8').toString('base64url')
}

/** Fails with `invalid_cursor` for anything that {@link encodeCursor} does not write. */
export function decodeCursor(cursor: string): WorkerId {
  const id = workerIdSchema.safeParse(Buffer.from(cursor, 'base64url').toString('utf8'))
  // Decoding passes over what is no base64url; encoding again shows it.
  if (id.success && encodeCursor(id.data) === cursor) return id.data
  throw new RbeeError('invalid_cursor', 'The cursor is not one that a list gave', {
    next: 'Use next_cursor of the answer before as it is, or leave the cursor out to start at the first worker',
  })
}
