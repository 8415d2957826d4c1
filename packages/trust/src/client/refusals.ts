import { RbeeError } from '@rbee/schema'
import type { z } from 'zod'
import { countSignatures, type Envelope, MetadataMalformed, parseEnvelope } from '../metadata/envelope.ts'
import type { Keys, RoleKeys } from '../metadata/roles.ts'

/** The largest files that are read where no signed metadata states a size, in bytes. */
export const LIMITS = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000 } as const

const NEXT = 'nothing was changed; try again, and tell the operator of the registry if it stays'

/** Fails with `metadata_invalid`. @param what the file, as people should see it. */
export function parsed<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  what: string,
): Envelope<z.output<Schema>> {
  try {
    return parseEnvelope(bytes, schema)
  } catch (error) {
    if (!(error instanceof MetadataMalformed)) throw error
    throw new RbeeError('metadata_invalid', `The registry's ${what} is malformed: ${error.message}`, {
      next: NEXT,
      cause: error,
    })
  }
}

/**
 * What was kept, or null where it is damaged or not signed by keys that are trusted now: it is fetched again then. Who can
 * write to this machine's files needs no forged metadata.
 */
export function keptFile<Schema extends z.ZodType>(
  bytes: Uint8Array | null,
  schema: Schema,
  role: RoleKeys,
  keys: Keys,
): Envelope<z.output<Schema>> | null {
  if (bytes === null) return null
  try {
    const file = parseEnvelope(bytes, schema)
    return countSignatures(file, role, keys) < role.threshold ? null : file
  } catch (error) {
    if (error instanceof MetadataMalformed) return null
    throw error
  }
}

/** Fails with `metadata_signature` where no key of the role signed, and with `metadata_threshold` where too few did. */
export function requireSigned(file: Envelope<unknown>, role: RoleKeys, keys: Keys, what: string): void {
  const count = countSignatures(file, role, keys)
  if (count >= role.threshold) return
  const details = { file: what, signatures: count, threshold: role.threshold }
  if (count === 0) {
    throw new RbeeError(
      'metadata_signature',
      `The registry's ${what} is not signed by a key that you trust`,
      {
        next: NEXT,
        details,
      },
    )
  }
  throw new RbeeError(
    'metadata_threshold',
    `The registry's ${what} is signed by ${count} of the keys that you trust, and ${role.threshold} are needed`,
    { next: 'a key may have been stolen; ask the operator of the registry', details },
  )
}

/** Fails with `metadata_expired`. */
export function requireCurrent(expires: string, now: number, what: string): void {
  if (now < Date.parse(expires)) return
  throw new RbeeError('metadata_expired', `The registry's ${what} has expired on ${expires}`, {
    next: 'somebody may be hiding newer releases from you, or the clock of this machine is wrong',
    details: { file: what, expires },
  })
}

export function rollback(what: string, seen: number, given: number | null): RbeeError {
  return new RbeeError(
    'metadata_rollback',
    `The registry gives ${given === null ? 'no version' : `version ${given}`} of its ${what}, after version ${seen} before`,
    { next: 'somebody may be giving you an old copy of the registry', details: { file: what, seen, given } },
  )
}

/** What was fetched is not what other signed metadata names. */
export function mixed(what: string, reason: string): RbeeError {
  return new RbeeError('metadata_mixed', `The registry's ${what} does not belong to the rest: ${reason}`, {
    next: NEXT,
    details: { file: what },
  })
}

export function withheld(what: string): RbeeError {
  return new RbeeError('metadata_withheld', `The registry does not give its ${what}`, {
    next: NEXT,
    details: { file: what },
  })
}

/** Nothing may be fetched, and the file was never. */
export function notKept(what: string): RbeeError {
  return new RbeeError('registry_unreachable', `The ${what} of the registry was not fetched before`, {
    next: 'run it once with the registry in reach',
    details: { file: what },
  })
}

/** What a source fails with that is given more bytes than it may read. */
export function tooLarge(what: string, maxBytes: number): RbeeError {
  return new RbeeError('metadata_too_large', `The registry's ${what} is larger than ${maxBytes} bytes`, {
    next: NEXT,
    details: { file: what, max_bytes: maxBytes },
  })
}
